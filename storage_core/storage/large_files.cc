#include "storage_core/storage/large_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

constexpr int kFolders = 256;
constexpr std::size_t kPrefixDigits = 2;

std::optional<LargeName> NameFrom(const std::string& hex) {
  const std::optional<Bytes> bytes = BytesFromHex(hex);
  LargeName name{};
  if (!bytes || bytes->size() != name.size()) return std::nullopt;
  std::ranges::copy(*bytes, name.begin());
  return name;
}

}  // namespace

LargeFiles::InFlight::InFlight(LargeFiles& files, const LargeName& name)
    : files_(files), name_(name) {
  files_.in_flight_.Lock()->insert(name_);
}

LargeFiles::InFlight::~InFlight() { files_.in_flight_.Lock()->erase(name_); }

LargeFiles::LargeFiles(std::string folder, FileSystem& files, Random& random)
    : folder_(std::move(folder)), files_(files), random_(random) {}

Task<void> LargeFiles::Start() {
  const std::string large = folder_ + "/large";
  CO_TRY_VOID(co_await files_.MakeFolder(large));
  CO_TRY(const std::vector<std::string> present, co_await files_.List(large));
  if (present.size() < kFolders) {
    for (int prefix = 0; prefix < kFolders; ++prefix) {
      const std::string path = fmt::format("{}/{:02x}", large, prefix);
      CO_TRY_VOID(co_await files_.MakeFolder(path));
    }
  }
  // Each time: a power cut may have come between making the folders and syncing them.
  CO_TRY_VOID(co_await files_.SyncFolder(large));
  co_return co_await files_.SyncFolder(folder_);
}

std::unique_ptr<LargeFiles::InFlight> LargeFiles::NewName() {
  LargeName name{};
  random_.Fill(name);
  return std::make_unique<InFlight>(*this, name);
}

std::string LargeFiles::RelativePath(const LargeName& name) {
  const std::string hex = HexFromBytes(name);
  return fmt::format("large/{}/{}", hex.substr(0, kPrefixDigits), hex.substr(kPrefixDigits));
}

std::string LargeFiles::Path(const LargeName& name) const {
  return fmt::format("{}/{}", folder_, RelativePath(name));
}

std::string LargeFiles::FolderOf(const LargeName& name) const {
  return fmt::format("{}/large/{}", folder_, HexFromBytes(name).substr(0, kPrefixDigits));
}

Task<std::uint64_t> LargeFiles::Sweep(const Index& index) {
  std::uint64_t removed = 0;
  for (int prefix = 0; prefix < kFolders; ++prefix) {
    const std::string digits = fmt::format("{:02x}", prefix);
    CO_TRY(const std::uint64_t count, co_await SweepFolder(digits, index));
    removed += count;
  }
  co_return removed;
}

Task<std::uint64_t> LargeFiles::SweepFolder(const std::string& prefix, const Index& index) {
  std::uint64_t removed = 0;
  const std::string folder = fmt::format("{}/large/{}", folder_, prefix);
  CO_TRY(const std::vector<std::string> rests, co_await files_.List(folder));
  for (const std::string& rest : rests) {
    const std::optional<LargeName> name = NameFrom(prefix + rest);
    // In this order: a name leaves the flight only after it has come into the index.
    if (!name || in_flight_.Lock()->contains(*name)) continue;
    CO_TRY(const bool needed, index.HasLarge(*name));
    if (needed) continue;
    const std::string path = fmt::format("{}/{}", folder, rest);
    const Result<void> gone = co_await files_.Remove(path);
    if (!gone) LogWarning("sweeping: {}", gone.error().message());
    removed += gone ? 1 : 0;
  }
  co_return removed;
}

}  // namespace yundisk::storage
