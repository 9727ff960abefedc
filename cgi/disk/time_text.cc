#include "cgi/disk/time_text.h"

#include <array>
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

std::string HttpDate(std::int64_t ms_since_1970) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm utc = Utc(ms_since_1970);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                     kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace yundisk::disk
