// Contents that have come in, to be read once more.
#pragma once

#include <memory>

#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"

namespace yundisk::storage {

// A file as an upload.
class FileSource final : public ContentSource {
 public:
  explicit FileSource(File& file) : file_(file) {}
  Task<std::size_t> Read(MutableByteView buffer) override;

 private:
  File& file_;
  std::uint64_t at_ = 0;
};

class FileReread final : public RereadContent {
 public:
  FileReread(File& file, std::uint64_t size_bytes) : file_(file), size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  std::unique_ptr<ContentSource> FromStart() override {
    return std::make_unique<FileSource>(file_);
  }

 private:
  File& file_;
  std::uint64_t size_bytes_;
};

// Bytes in memory as an upload.
class BytesSource final : public ContentSource {
 public:
  explicit BytesSource(ByteView bytes) : left_(bytes) {}
  Task<std::size_t> Read(MutableByteView buffer) override;

 private:
  ByteView left_;
};

class BytesReread final : public RereadContent {
 public:
  explicit BytesReread(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size_bytes() const override { return bytes_.size(); }
  std::unique_ptr<ContentSource> FromStart() override {
    return std::make_unique<BytesSource>(bytes_);
  }

 private:
  ByteView bytes_;
};

}  // namespace yundisk::storage
