// System calls on files as Results, repeated when a signal interrupts them. All block.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "storage_core/storage/file_system.h"

namespace yundisk::storage::system_calls {

// An open file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

Result<Descriptor> Open(const std::string& path, int flags);
// Until `into` is full or the file ends.
Result<std::size_t> ReadAt(int file, std::uint64_t offset, MutableByteView into);
// What the page cache has of it, without waiting for the disk.
std::size_t ReadCachedAt(int file, std::uint64_t offset, MutableByteView into);
Result<void> WriteAt(int file, std::uint64_t offset, std::span<const ByteView> pieces);
// Never repeated, whatever the reason it fails for.
Result<void> SyncData(int file);
Result<void> SyncFolder(const std::string& path);
Result<FileFacts> Facts(int file);
Result<void> RenameToNew(const std::string& from, const std::string& to);
Result<void> Remove(const std::string& path);
Result<void> MakeFolder(const std::string& path);
Result<std::vector<std::string>> List(const std::string& path);
Result<std::uint64_t> FreeBytes(const std::string& path);

}  // namespace yundisk::storage::system_calls
