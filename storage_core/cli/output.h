// How commands print: texts and tables for people, one JSON value for scripts.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <json/value.h>

namespace yundisk::cli {

struct Output {
  std::ostream& out;
  bool json = false;
};

// One line.
void PrintJson(const Output& output, const Json::Value& value);

// Columns as wide as their widest cell; the first row is the heading.
std::string Table(const std::vector<std::vector<std::string>>& rows);

// "2026-11-21T12:00:00Z"; "never" for 0. Seconds since 1970.
std::string TimeText(std::uint64_t seconds);

}  // namespace yundisk::cli
