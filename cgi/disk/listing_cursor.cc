#include "cgi/disk/listing_cursor.h"

#include <array>

#include "cgi/disk/base64.h"
#include "cgi/disk/natural_order.h"

namespace yundisk::disk {
namespace {

constexpr std::byte kVersion{1};
constexpr std::size_t kFixedBytes = 1 + 8 + 1 + 8;

void AppendBig(Bytes& to, std::int64_t value) {
  std::array<std::byte, 8> bytes;
  StoreBig(bytes.data(), static_cast<std::uint64_t>(value));
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::string EncodeCursor(std::int64_t folder_id, const ListingPosition& position) {
  Bytes bytes{kVersion};
  AppendBig(bytes, folder_id);
  bytes.push_back(position.kind == NodeKind::kFolder ? std::byte{0} : std::byte{1});
  AppendBig(bytes, position.id);
  const ByteView sort_key = AsBytes(position.sort_key);
  bytes.insert(bytes.end(), sort_key.begin(), sort_key.end());
  return Base64UrlEncode(bytes);
}

Result<ListingPosition> DecodeCursor(std::string_view cursor, std::int64_t folder_id) {
  const Error wrong(Code::kBadRequest, "cursor: not one of this folder's listing");
  const auto bytes = Base64UrlDecode(cursor, kFixedBytes + kSortKeyBytesMax);
  if (!bytes || bytes->size() < kFixedBytes || bytes->front() != kVersion) return wrong;
  const auto folder = static_cast<std::int64_t>(LoadBig<std::uint64_t>(&(*bytes)[1]));
  const auto kind = std::to_integer<int>((*bytes)[9]);
  if (folder != folder_id || kind > 1) return wrong;
  ListingPosition position;
  position.kind = kind == 0 ? NodeKind::kFolder : NodeKind::kFile;
  position.id = static_cast<std::int64_t>(LoadBig<std::uint64_t>(&(*bytes)[10]));
  position.sort_key = AsText(ByteView(*bytes).subspan(kFixedBytes));
  return position;
}

}  // namespace yundisk::disk
