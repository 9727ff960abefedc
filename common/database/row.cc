#include <algorithm>
#include <limits>

#include "common/base/check.h"
#include "common/database/database.h"

namespace yundisk::db {

std::int64_t Row::Int(std::size_t column) const {
  const Cell& cell = cells_.at(column);
  if (const auto* value = std::get_if<std::int64_t>(&cell)) return *value;
  const auto* value = std::get_if<std::uint64_t>(&cell);
  CHECK(value != nullptr);
  CHECK(*value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  return static_cast<std::int64_t>(*value);
}

std::uint64_t Row::Unsigned(std::size_t column) const {
  const Cell& cell = cells_.at(column);
  if (const auto* value = std::get_if<std::uint64_t>(&cell)) return *value;
  const auto* value = std::get_if<std::int64_t>(&cell);
  CHECK(value != nullptr);
  CHECK(*value >= 0);
  return static_cast<std::uint64_t>(*value);
}

const std::string& Row::Text(std::size_t column) const {
  const auto* value = std::get_if<std::string>(&cells_.at(column));
  CHECK(value != nullptr);
  return *value;
}

Sha256 Row::Digest(std::size_t column) const {
  const ByteView bytes = AsBytes(Text(column));
  Sha256 digest;
  CHECK(bytes.size() == digest.size());
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

}  // namespace yundisk::db
