// Contents that name themselves: every one is made from its id, so that bytes read back tell which
// upload they came from.
#pragma once

#include <optional>

#include "storage_core/storage/engine.h"
#include "tests/simulation/model.h"

namespace yundisk::simulation {

// Some small, some large, some at the edge.
std::size_t SizeOf(ContentId content);
Bytes ContentOf(ContentId content);
// The id of the content these bytes are; empty when they are none, or not a whole one.
std::optional<ContentId> Recognise(ByteView bytes);

// Gives its bytes in uneven pieces and then breaks off.
class MemorySource final : public storage::ContentSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}
  storage::Task<std::size_t> Read(MutableByteView buffer) override;

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

storage::Task<Bytes> ReadAll(storage::Engine& engine, const storage::ObjectKey& key,
                             storage::ByteRange range);

}  // namespace yundisk::simulation
