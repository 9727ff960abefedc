#include "storage_core/storage/content.h"

#include <algorithm>

#include "common/base/check.h"
#include "storage_core/storage/checksum.h"

namespace yundisk::storage {
namespace {

constexpr std::uint64_t kMinBlockBytes = std::uint64_t{256} << 10;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
// Brought into the page cache at once before it is sent from there.
constexpr std::uint64_t kWarmBytes = std::uint64_t{1} << 20;
constexpr std::size_t kCrcBytes = sizeof(std::uint32_t);

Error Short(std::uint64_t at) {
  return Error::Make(Code::kCorrupt, "reading an object at byte {}: its file is too short", at);
}

}  // namespace

Task<std::size_t> ReadStored(File& file, std::uint64_t offset, MutableByteView buffer) {
  auto got = co_await file.ReadAt(offset, buffer);
  if (!got && got.error().code() == Code::kIo) got = co_await file.ReadAt(offset, buffer);
  if (!got && got.error().code() == Code::kIo)
    co_return Error(Code::kCorrupt, got.error().message());
  co_return got;
}

Task<ByteView> SmallContent::Next() {
  if (!left_) co_return ByteView();
  left_ = false;
  co_return ByteView(content_).subspan(range_.offset, range_.size_bytes);
}

LargeContent::LargeContent(std::unique_ptr<File> file, std::uint64_t object_bytes,
                           Checksums checksums, ContentRange range)
    : file_(std::move(file)),
      object_bytes_(object_bytes),
      checksums_(std::move(checksums)),
      range_(range),
      at_(range.offset) {}

Task<ByteView> LargeContent::Next() {
  const std::uint64_t end = range_.offset + range_.size_bytes;
  if (at_ == end) co_return ByteView();
  const std::uint64_t number = at_ / checksums_.block_bytes;
  const std::uint64_t start = number * checksums_.block_bytes;
  const std::uint64_t size = std::min(checksums_.block_bytes, object_bytes_ - start);
  block_.resize(size);
  CO_TRY(const std::size_t got, co_await ReadStored(*file_, start, block_));
  if (got != size) co_return Short(start + got);
  if (number >= checksums_.crcs.size() || Crc32(block_) != checksums_.crcs[number])
    co_return Error::Make(Code::kCorrupt,
                          "reading an object at byte {}: the checksum does not match", start);
  const std::uint64_t from = at_;
  at_ = std::min(end, start + size);
  co_return ByteView(block_).subspan(from - start, at_ - from);
}

Task<ByteView> VouchedContent::Next() {
  const std::uint64_t left = range_.offset + range_.size_bytes - at_;
  piece_.resize(std::min<std::uint64_t>(left, kPieceBytes));
  CO_TRY(const std::size_t got, co_await ReadStored(*file_, at_, piece_));
  if (got != piece_.size()) co_return Short(at_ + got);
  at_ += got;
  co_return ByteView(piece_);
}

Task<std::optional<FileRange>> VouchedContent::NextInFile() {
  const std::uint64_t left = range_.offset + range_.size_bytes - at_;
  const std::uint64_t size = std::min<std::uint64_t>(left, kWarmBytes);
  if (size == 0 || file_->descriptor() < 0) co_return std::optional<FileRange>();
  if (!file_->InMemory(at_ + size - 1)) {
    piece_.resize(size);
    CO_TRY_VOID(co_await ReadStored(*file_, at_, piece_));
  }
  const FileRange range{file_->descriptor(), at_, size};
  at_ += size;
  co_return std::optional<FileRange>(range);
}

void EncodeChecksums(const std::vector<std::uint32_t>& crcs, MutableByteView payload) {
  CHECK(payload.size() == crcs.size() * kCrcBytes);
  for (std::size_t i = 0; i < crcs.size(); ++i) StoreBig(&payload[i * kCrcBytes], crcs[i]);
}

std::vector<std::uint32_t> DecodeChecksums(ByteView payload) {
  std::vector<std::uint32_t> crcs(payload.size() / kCrcBytes);
  for (std::size_t i = 0; i < crcs.size(); ++i)
    crcs[i] = LoadBig<std::uint32_t>(&payload[i * kCrcBytes]);
  return crcs;
}

std::uint64_t BlockBytesFor(std::uint64_t object_bytes) {
  std::uint64_t block_bytes = kMinBlockBytes;
  while (object_bytes / block_bytes >= kMaxPayloadBytes / kCrcBytes) block_bytes *= 2;
  return block_bytes;
}

}  // namespace yundisk::storage
