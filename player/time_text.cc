#include "player/time_text.h"

#include <algorithm>

namespace yundisk::player {

QString TimeText(std::chrono::milliseconds time) {
  const auto total_s =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(time).count());
  const auto hours = total_s / 3600;
  const auto two_digits = [](std::int64_t value) {
    return QString("%1").arg(value, 2, 10, QChar('0'));
  };
  const auto minutes = total_s / 60 % 60;
  const QString start =
      hours > 0 ? QString("%1:%2").arg(hours).arg(two_digits(minutes)) : QString::number(minutes);
  return start + ":" + two_digits(total_s % 60);
}

QString ProgressText(std::chrono::milliseconds position, std::chrono::milliseconds length) {
  if (length.count() <= 0) return TimeText(position);
  return TimeText(position) + " / " + TimeText(length);
}

}  // namespace yundisk::player
