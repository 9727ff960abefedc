#include "player/seek_slider.h"

#include <algorithm>
#include <limits>

#include <QMouseEvent>
#include <QStyle>
#include <QToolTip>

#include "player/time_text.h"

namespace yundisk::player {

using std::chrono::milliseconds;

namespace {

int ToSlider(milliseconds time) {
  return static_cast<int>(std::min<std::int64_t>(time.count(), std::numeric_limits<int>::max()));
}

}  // namespace

SeekSlider::SeekSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {
  setFocusPolicy(Qt::NoFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Position"));
  SetLength(milliseconds(0));
}

void SeekSlider::SetLength(milliseconds length) {
  length_ = length;
  setRange(0, ToSlider(length));
}

void SeekSlider::SetPosition(milliseconds position) {
  if (!isSliderDown()) setValue(ToSlider(position));
}

void SeekSlider::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  setSliderDown(true);
  GoTo(event->position().toPoint().x());
}

void SeekSlider::mouseMoveEvent(QMouseEvent* event) {
  const int x = event->position().toPoint().x();
  if (length_.count() > 0)
    QToolTip::showText(event->globalPosition().toPoint(), TimeText(TimeAt(x)), this);
  if (isSliderDown()) GoTo(x);
}

void SeekSlider::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) setSliderDown(false);
}

milliseconds SeekSlider::TimeAt(int x) const {
  const int half_handle = style()->pixelMetric(QStyle::PM_SliderLength, nullptr, this) / 2;
  return milliseconds(QStyle::sliderValueFromPosition(minimum(), maximum(), x - half_handle,
                                                      width() - 2 * half_handle));
}

void SeekSlider::GoTo(int x) {
  const auto time = TimeAt(x);
  if (ToSlider(time) == value()) return;
  setValue(ToSlider(time));
  emit SeekWanted(time);
}

}  // namespace yundisk::player
