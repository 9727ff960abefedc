// A memory-mapped file that several processes share. It begins as zeros and outlives them all.
//
// The file: 8 bytes of layout number, padding to kHeaderBytes, then the data. A file of another
// layout or size is replaced by a new one, not changed: programs still running on the old keep
// theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk {

class SharedSegment {
 public:
  static constexpr std::size_t kHeaderBytes = 64;

  // Blocks only for other processes opening the same file. An empty path: memory of this process.
  // The file's blocks are allocated at once, so that touching them cannot fail on a full disk.
  static Result<SharedSegment> Open(const std::string& path, std::uint64_t layout,
                                    std::size_t data_bytes);
  SharedSegment(SharedSegment&& other) noexcept;
  SharedSegment& operator=(SharedSegment&& other) noexcept;
  ~SharedSegment();

  // Aligned to kHeaderBytes; stays in place when the object moves.
  std::byte* data() const { return mapping_.data() + kHeaderBytes; }

 private:
  explicit SharedSegment(MutableByteView mapping) : mapping_(mapping) {}
  MutableByteView mapping_;  // header and data; empty once moved from
};

}  // namespace yundisk
