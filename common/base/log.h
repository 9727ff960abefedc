// One line a message on standard error: "2026-11-21T05:27:24.123Z INFO storaged storage_1:
// message". The supervisor's logger adds rotation and compression. Thread-safe; never blocks on
// anything but the pipe.
#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/base/result.h"

namespace yundisk {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Called once by main, before threads start. `program` begins every line.
void StartLog(std::string_view program, LogLevel level);
Result<LogLevel> ParseLogLevel(std::string_view name);  // debug, info, warning, error

bool LogEnabled(LogLevel level);
// Control characters in `message` are written as \xNN, so that a peer cannot forge lines.
void LogLine(LogLevel level, std::string_view message);

template <typename... Args>
void Log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (LogEnabled(level)) LogLine(level, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogDebug(fmt::format_string<Args...> format, Args&&... args) {
  Log(LogLevel::kDebug, format, std::forward<Args>(args)...);
}
template <typename... Args>
void LogInfo(fmt::format_string<Args...> format, Args&&... args) {
  Log(LogLevel::kInfo, format, std::forward<Args>(args)...);
}
template <typename... Args>
void LogWarning(fmt::format_string<Args...> format, Args&&... args) {
  Log(LogLevel::kWarning, format, std::forward<Args>(args)...);
}
template <typename... Args>
void LogError(fmt::format_string<Args...> format, Args&&... args) {
  Log(LogLevel::kError, format, std::forward<Args>(args)...);
}

}  // namespace yundisk
