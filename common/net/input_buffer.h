// The bytes a connection has read and not yet used. Grows for a large Take and shrinks again, so
// that idle connections stay small.
#pragma once

#include <cstddef>

#include "common/base/bytes.h"

namespace yundisk::net {

// Bound to one loop.
class InputBuffer {
 public:
  // Holds the header, the fields and the content of a small upload in one read.
  static constexpr std::size_t kUsualBytes = std::size_t{8} << 10U;

  std::size_t size() const { return end_ - begin_; }
  ByteView view() const { return ByteView(storage_).subspan(begin_, size()); }

  // Drops the first `count` bytes. Views of them stay readable until Space or Shrink.
  void Consume(std::size_t count);
  // Room behind the bytes: makes sure `want` bytes fit in all, moving or growing as needed; what is
  // read into it is then Added.
  MutableByteView Space(std::size_t want);
  void Added(std::size_t count);
  // Gives back what a large Take needed.
  void Shrink();
  // Gives back all memory; only while empty. The next Space brings it back.
  void Release();

 private:
  Bytes storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace yundisk::net
