#include "cgi/disk/time_text.h"

#include <ctime>

#include <fmt/format.h>

#include "common/base/check.h"

namespace yundisk::disk {
namespace {

std::tm Utc(std::int64_t ms_since_1970) {
  const std::time_t seconds = ms_since_1970 / 1000;
  std::tm utc{};
  CHECK(gmtime_r(&seconds, &utc) != nullptr);
  return utc;
}

}  // namespace

std::string Rfc3339(std::int64_t ms_since_1970) {
  const std::tm utc = Utc(ms_since_1970);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     ms_since_1970 % 1000);
}

}  // namespace yundisk::disk
