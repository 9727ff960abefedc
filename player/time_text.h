// Times as people read them.
#pragma once

#include <chrono>

#include <QString>

namespace yundisk::player {

// "0:05", "12:34", "1:02:03"; negative times count as zero.
QString TimeText(std::chrono::milliseconds time);

// "12:34 / 1:02:03"; without a known length only the position.
QString ProgressText(std::chrono::milliseconds position, std::chrono::milliseconds length);

}  // namespace yundisk::player
