#include "tests/simulation/content.h"

#include <algorithm>
#include <array>

#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {
namespace {

constexpr std::size_t kIdBytes = sizeof(ContentId);
constexpr std::size_t kPieceBytes = 1777;
// Around the sizes where things change: a sector, the large object's limit of the simulated
// storage, several pieces.
constexpr std::array<std::size_t, 8> kSizes{8, 20, 500, 1500, 3999, 4000, 4001, 9000};

}  // namespace

std::size_t SizeOf(ContentId content) { return kSizes[content % kSizes.size()]; }

Bytes ContentOf(ContentId content) {
  Bytes bytes(SizeOf(content));
  const std::uint64_t seed = Mixed(content);
  for (std::size_t at = 0; at < bytes.size(); at += kIdBytes) {
    std::array<std::byte, kIdBytes> word{};
    StoreBig(word.data(), Mixed(seed + at));
    std::copy_n(word.begin(), std::min(kIdBytes, bytes.size() - at), &bytes[at]);
  }
  StoreBig(bytes.data(), content);
  return bytes;
}

std::optional<ContentId> Recognise(ByteView bytes) {
  if (bytes.size() < kIdBytes) return std::nullopt;
  const auto content = LoadBig<ContentId>(bytes.data());
  if (bytes.size() != SizeOf(content)) return std::nullopt;
  return std::ranges::equal(bytes, ContentOf(content)) ? std::optional(content) : std::nullopt;
}

storage::Task<std::size_t> MemorySource::Read(MutableByteView buffer) {
  const std::size_t size = std::min({buffer.size(), bytes_.size() - at_, kPieceBytes});
  if (size == 0) co_return Error(Code::kBadRequest, "the sender broke off");
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), size, buffer.begin());
  at_ += size;
  co_return size;
}

storage::Task<Bytes> ReadAll(storage::Engine& engine, const storage::ObjectKey& key,
                             storage::ByteRange range) {
  CO_TRY(const auto content, co_await engine.Open(key, range));
  Bytes all;
  while (true) {
    CO_TRY(const ByteView piece, co_await content->Next());
    if (piece.empty()) break;
    all.insert(all.end(), piece.begin(), piece.end());
  }
  if (all.size() != content->size_bytes())
    co_return Error(Code::kInternal, "a content is not as long as it says");
  co_return all;
}

}  // namespace yundisk::simulation
