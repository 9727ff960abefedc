// The contents of the local engine's objects, read piece by piece and checked on the way.
#pragma once

#include <memory>
#include <vector>

#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"

namespace yundisk::storage {

// A range that lies within the object.
struct ContentRange {
  std::uint64_t offset;
  std::uint64_t size_bytes;
};

// A small object, read and checked whole.
class SmallContent final : public Content {
 public:
  SmallContent(Bytes content, ContentRange range)
      : content_(std::move(content)), range_(range), left_(range.size_bytes != 0) {}

  std::uint64_t size_bytes() const override { return range_.size_bytes; }
  Task<ByteView> Next() override;

 private:
  Bytes content_;
  ContentRange range_;
  bool left_;
};

// A large object's file, checked block by block.
class LargeContent final : public Content {
 public:
  struct Checksums {
    std::uint64_t block_bytes;
    std::vector<std::uint32_t> crcs;
  };

  LargeContent(std::unique_ptr<File> file, std::uint64_t object_bytes, Checksums checksums,
               ContentRange range);

  std::uint64_t size_bytes() const override { return range_.size_bytes; }
  Task<ByteView> Next() override;

 private:
  std::unique_ptr<File> file_;
  std::uint64_t object_bytes_;
  Checksums checksums_;
  ContentRange range_;
  std::uint64_t at_;
  Bytes block_;
};

// A large object's file that the engine vouches for: sent as it is.
class VouchedContent final : public Content {
 public:
  VouchedContent(std::unique_ptr<File> file, ContentRange range)
      : file_(std::move(file)), range_(range), at_(range.offset) {}

  std::uint64_t size_bytes() const override { return range_.size_bytes; }
  Task<ByteView> Next() override;
  Task<std::optional<FileRange>> NextInFile() override;

 private:
  std::unique_ptr<File> file_;
  ContentRange range_;
  std::uint64_t at_;
  Bytes piece_;
};

// The checksum table of a large object as its record's payload, and back.
void EncodeChecksums(const std::vector<std::uint32_t>& crcs, MutableByteView payload);
std::vector<std::uint32_t> DecodeChecksums(ByteView payload);

// As file.ReadAt. What the disk cannot give back, asked twice, is damaged (kCorrupt), as what it
// gives back wrong is.
Task<std::size_t> ReadStored(File& file, std::uint64_t offset, MutableByteView buffer);

// The block size for an object: large enough that its checksum table fits a record.
std::uint64_t BlockBytesFor(std::uint64_t object_bytes);

}  // namespace yundisk::storage
