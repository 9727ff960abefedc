// Files as the command line needs them: read one, write a new one that appears only when it is
// whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::cli {

// Owns a descriptor, or borrows standard output. One thread.
class FileDescriptor {
 public:
  static Result<FileDescriptor> ForReading(const std::string& path);
  static FileDescriptor StandardOutput();
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  // kBadRequest for anything but a regular file: an upload announces its length first.
  Result<std::uint64_t> RegularSize() const;
  Result<std::size_t> Read(MutableByteView buffer) const;
  Result<void> WriteAll(ByteView bytes) const;
  Result<void> Sync() const;

 private:
  friend class NewFile;
  FileDescriptor(int descriptor, std::string path, bool owned);

  int descriptor_;
  std::string path_;  // for messages
  bool owned_;
};

// Writes to "<path>.part" beside the target, which takes the target's name on Publish and is
// removed otherwise.
class NewFile {
 public:
  static Result<NewFile> Create(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  const FileDescriptor& descriptor() const { return descriptor_; }
  // Syncs, then renames.
  Result<void> Publish();

 private:
  NewFile(FileDescriptor descriptor, std::string path);

  FileDescriptor descriptor_;
  std::string path_;  // empty once published or moved away
};

}  // namespace yundisk::cli
