// Lists of any length in statements of few distinct texts, so that they stay prepared: counts are
// powers of two up to kRowsAtOnce.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::disk {

inline constexpr std::size_t kRowsAtOnce = 64;

// "x, x, x": `count` times `part` with `separator` between.
std::string Repeated(std::string_view part, std::string_view separator, std::size_t count);

// Queries `before + group SEPARATOR group ... + after`; groups are repeated to fill up a power of
// two, so a group must select the same rows however often it is named. Gives all rows.
Result<std::vector<db::Row>> QueryRows(db::Session& session, std::string_view before,
                                       std::string_view group, std::string_view separator,
                                       std::string_view after, const std::vector<db::Value>& values,
                                       std::size_t columns);

// Executes `before + (value, value, ...)`, an IN list; `first` are the parameters before the list.
// Lists are filled up by repeating a value, which an IN list does not notice. Gives the sum of rows
// changed.
Result<std::uint64_t> ExecuteIn(db::Session& session, std::string_view before,
                                const std::vector<db::Value>& first,
                                const std::vector<db::Value>& list);

}  // namespace yundisk::disk
