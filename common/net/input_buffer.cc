#include "common/net/input_buffer.h"

#include <algorithm>

#include "common/base/check.h"

namespace yundisk::net {

void InputBuffer::Consume(std::size_t count) {
  CHECK(count <= size());
  begin_ += count;
}

MutableByteView InputBuffer::Space(std::size_t want) {
  if (size() == 0) begin_ = end_ = 0;
  want = std::max(want, kUsualBytes);
  if (begin_ + want > storage_.size()) {
    std::copy(storage_.begin() + static_cast<std::ptrdiff_t>(begin_),
              storage_.begin() + static_cast<std::ptrdiff_t>(end_), storage_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (want > storage_.size()) storage_.resize(want);
  }
  return MutableByteView(storage_).subspan(end_);
}

void InputBuffer::Added(std::size_t count) {
  CHECK(count <= storage_.size() - end_);
  end_ += count;
}

void InputBuffer::Shrink() {
  if (storage_.size() <= kUsualBytes || size() > kUsualBytes) return;
  Bytes small(kUsualBytes);
  std::ranges::copy(view(), small.begin());
  end_ = size();
  begin_ = 0;
  storage_ = std::move(small);
}

void InputBuffer::Release() {
  CHECK(size() == 0);
  begin_ = end_ = 0;
  storage_ = Bytes();
}

}  // namespace yundisk::net
