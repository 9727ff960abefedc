// ObjectCheck: one object read from the disk and checked against its checksums, and what was found
// noted: when it was intact, or that it is damaged. Of a deletion it is the record that is checked:
// an object whose tombstone is lost with the index would come back.
//
// Any executor; one call at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "common/base/clock.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/object_reader.h"

namespace yundisk::storage {

class ObjectCheck {
 public:
  struct Parts {
    const Clock& clock;
    ObjectReader& reader;
    Committer& committer;
  };

  enum class Found {
    kIntact,
    // The record had a damaged head in front of an intact content, and was written anew.
    kRewritten,
    kDamaged,
    kMoved,   // or deleted meanwhile
    kUnread,  // the disk did not give it
  };

  // All parts outlive this. `row`: as the index has it.
  ObjectCheck(const Parts& parts, IndexRow row);

  bool deletion() const { return entry_.deleted(); }

  // Once, first.
  boost::asio::awaitable<void> Begin();
  // Reads the next piece; how much it was, 0 at the end of the object.
  Task<std::uint64_t> Step();
  // Begins, reads it all and concludes; the disk's error instead of kUnread. Once `stop` is true it
  // ends soon, with kUnavailable.
  Task<Found> Run(const std::atomic<bool>& stop);
  // Notes what came of it. `read`: the last step.
  Task<Found> Conclude(const Result<std::uint64_t>& read);

 private:
  // The content is intact: sees to it that its record is. True when it had to be written anew.
  Task<bool> MendRecord();

  Parts parts_;
  std::string key_;
  Entry entry_;
  Verdict verdict_;
  std::unique_ptr<Content> content_;
};

}  // namespace yundisk::storage
