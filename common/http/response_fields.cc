#include "common/http/response_fields.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "common/base/check.h"
#include "common/http/percent.h"

namespace yundisk::http {

std::string ContentDisposition(std::string_view disposition, std::string_view name) {
  std::string ascii(name);
  std::ranges::replace_if(
      ascii, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%'; }, '_');
  std::string value = fmt::format("{}; filename=\"{}\"", disposition, ascii);
  if (ascii != name) value += "; filename*=UTF-8''" + PercentEncode(name);
  return value;
}

std::string HttpDate(std::int64_t ms_since_1970) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = ms_since_1970 / 1000;
  std::tm utc{};
  CHECK(gmtime_r(&seconds, &utc) != nullptr);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                     kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace yundisk::http
