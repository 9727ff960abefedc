#include "cgi/disk/rows.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/base/check.h"

namespace yundisk::disk {
namespace {

std::vector<db::Value> Slice(const std::vector<db::Value>& values, std::size_t begin,
                             std::size_t count) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

std::string Repeated(std::string_view part, std::string_view separator, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += separator;
    text += part;
  }
  return text;
}

Result<std::vector<db::Row>> QueryRows(db::Session& session, std::string_view before,
                                       std::string_view group, std::string_view separator,
                                       std::string_view after, const std::vector<db::Value>& values,
                                       std::size_t columns) {
  CHECK(values.size() % columns == 0);
  std::vector<db::Row> all;
  const std::size_t groups = values.size() / columns;
  for (std::size_t done = 0; done < groups;) {
    const std::size_t count = std::min(groups - done, kRowsAtOnce);
    const std::size_t padded = std::bit_ceil(count);
    std::vector<db::Value> part = Slice(values, done * columns, count * columns);
    while (part.size() < padded * columns) part.push_back(part[part.size() - columns]);
    const std::string sql =
        fmt::format("{}{}{}", before, Repeated(group, separator, padded), after);
    TRY(std::vector<db::Row> rows, session.Query(sql, part));
    all.insert(all.end(), std::make_move_iterator(rows.begin()),
               std::make_move_iterator(rows.end()));
    done += count;
  }
  return all;
}

Result<std::uint64_t> ExecuteIn(db::Session& session, std::string_view before,
                                const std::vector<db::Value>& first,
                                const std::vector<db::Value>& list) {
  std::uint64_t changed = 0;
  for (std::size_t done = 0; done < list.size(); done += kRowsAtOnce) {
    const std::size_t count = std::min(list.size() - done, kRowsAtOnce);
    std::vector<db::Value> values = first;
    const std::vector<db::Value> part = Slice(list, done, count);
    values.insert(values.end(), part.begin(), part.end());
    const std::size_t padded = std::bit_ceil(count);
    values.resize(first.size() + padded, values.back());
    TRY(const std::uint64_t now,
        session.Execute(fmt::format("{}({})", before, Repeated("?", ", ", padded)), values));
    changed += now;
  }
  return changed;
}

}  // namespace yundisk::disk
