// CRC-32 (the IEEE polynomial of ZIP and gzip) and SHA-256 of contents. No I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/base/bytes.h"
#include "storage_core/storage/object.h"

namespace yundisk::storage {

// Of `bytes`, continuing from the CRC-32 of what came before.
std::uint32_t Crc32(ByteView bytes, std::uint32_t before = 0);

// Digest of a content fed in pieces, with a CRC-32 of each of its blocks when a block size is
// given (0: none).
class ContentHasher {
 public:
  explicit ContentHasher(std::uint64_t block_bytes = 0);
  ~ContentHasher();

  void Update(ByteView piece);
  // Once, at the end.
  Digest Finish();
  // After Finish: one CRC-32 a block, the last block may be shorter.
  const std::vector<std::uint32_t>& block_crcs() const { return block_crcs_; }

 private:
  struct Sha;
  void UpdateBlocks(ByteView piece);

  std::unique_ptr<Sha> sha_;
  std::uint32_t crc32_ = 0;
  std::uint64_t block_bytes_;
  std::uint64_t block_filled_ = 0;
  std::uint32_t block_crc_ = 0;
  std::vector<std::uint32_t> block_crcs_;
};

}  // namespace yundisk::storage
