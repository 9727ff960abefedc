#include "storage_core/storage/reread_content.h"

#include <algorithm>

namespace yundisk::storage {

Task<std::size_t> FileSource::Read(MutableByteView buffer) {
  CO_TRY(const std::size_t got, co_await file_.ReadAt(at_, buffer));
  if (got == 0) co_return Error::Make(Code::kBadRequest, "reading a file: it ends at byte {}", at_);
  at_ += got;
  co_return got;
}

Task<std::size_t> BytesSource::Read(MutableByteView buffer) {
  const std::size_t count = std::min(buffer.size(), left_.size());
  if (count == 0) co_return Error(Code::kBadRequest, "reading a content: it has ended");
  std::ranges::copy(left_.first(count), buffer.begin());
  left_ = left_.subspan(count);
  co_return count;
}

}  // namespace yundisk::storage
