#include "storage_core/storage/identity.h"

#include <array>
#include <optional>

#include "storage_core/storage/checksum.h"

namespace yundisk::storage {
namespace {

// The identity and its CRC-32.
constexpr std::size_t kFileBytes = sizeof(LogIdentity) + sizeof(std::uint32_t);
using FileContent = std::array<std::byte, kFileBytes>;

FileContent Encode(const LogIdentity& identity) {
  FileContent content{};
  std::ranges::copy(identity, content.begin());
  StoreBig(content.data() + sizeof(LogIdentity), Crc32(identity));
  return content;
}

std::optional<LogIdentity> Decode(ByteView content) {
  if (content.size() != kFileBytes) return std::nullopt;
  LogIdentity identity;
  std::ranges::copy(content.first(sizeof(LogIdentity)), identity.begin());
  const auto crc32 = LoadBig<std::uint32_t>(content.data() + sizeof(LogIdentity));
  if (crc32 != Crc32(identity)) return std::nullopt;
  return identity;
}

}  // namespace

Task<LogIdentity> LoadIdentity(FileSystem& files, const std::string& folder, Random& random) {
  const std::string path = folder + "/identity";
  auto file = co_await files.Open(path, OpenMode::kReadWrite);
  if (file) {
    FileContent content{};
    CO_TRY(const std::size_t got, co_await (*file)->ReadAt(0, content));
    const auto known = Decode(ByteView(content).first(got));
    if (known) co_return *known;
  } else if (file.error().code() == Code::kNotFound) {
    file = co_await files.Open(path, OpenMode::kCreate);
  }
  if (!file) co_return file.error();
  LogIdentity identity;
  random.Fill(identity);
  const FileContent content = Encode(identity);
  const std::array<ByteView, 1> pieces{ByteView(content)};
  CO_TRY_VOID(co_await (*file)->WriteAt(0, pieces));
  CO_TRY_VOID(co_await (*file)->Sync());
  CO_TRY_VOID(co_await files.SyncFolder(folder));
  co_return identity;
}

}  // namespace yundisk::storage
