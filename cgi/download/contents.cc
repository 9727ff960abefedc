#include "cgi/download/contents.h"

#include <utility>

namespace yundisk::download {

Result<std::shared_ptr<const std::string>> Contents::ReadSmall(const disk::Content& content) {
  // Blobs are immutable: one stamp for ever. The cache's own age limit costs a read a minute.
  constexpr std::uint64_t kStamp = 0;
  if (auto known = small_.FindOutdated(content.blob_id, kStamp)) return *std::move(known);
  std::string bytes;
  bytes.reserve(content.size_bytes);
  if (content.size_bytes > 0) {
    TRY_VOID(store_.Get(content.file_id, 0, 0, [&](ByteView piece) -> Result<void> {
      bytes.append(AsText(piece));
      return {};
    }));
  }
  if (bytes.size() != content.size_bytes)
    return Error::Make(Code::kCorrupt, "read of object {}: {} bytes instead of {}", content.file_id,
                       bytes.size(), content.size_bytes);
  auto shared = std::make_shared<const std::string>(std::move(bytes));
  small_.Insert(content.blob_id, shared, shared->size(), kStamp);
  return shared;
}

Result<std::string> Contents::LocalFile(const disk::Content& content) {
  const auto stamp = static_cast<std::uint64_t>(clock_.Steady().time_since_epoch() / kPlaceAge);
  if (auto known = places_.Find(content.blob_id, stamp)) return *std::move(known);
  TRY(const client::ObjectInfo info, store_.Stat(content.file_id));
  if (info.size_bytes != content.size_bytes)
    return Error::Make(Code::kCorrupt, "object {} has {} bytes instead of {}", content.file_id,
                       info.size_bytes, content.size_bytes);
  places_.Insert(content.blob_id, info.local_file, info.local_file.size(), stamp);
  return info.local_file;
}

Result<void> Contents::Stream(const disk::Content& content, std::uint64_t offset,
                              std::uint64_t length, const client::Sink& take) {
  if (length == 0) return {};
  return store_.Get(content.file_id, offset, length, take);
}

}  // namespace yundisk::download
