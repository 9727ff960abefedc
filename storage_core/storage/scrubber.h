// Scrubber: reads every object now and then and checks it, so that damage is found before the last
// good copy is needed, and notes when each was last found intact. Of a deletion it checks the
// record: an object whose tombstone is lost with the index would come back.
//
// Any executor; one call at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/net/blocking_pool.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/object_check.h"
#include "storage_core/storage/object_reader.h"

namespace yundisk::storage {

class Scrubber {
 public:
  struct Parts {
    net::BlockingRunner& runner;
    const Clock& clock;
    const Index& index;
    ObjectReader& reader;
    Committer& committer;
  };

  // Objects looked at within `interval` are passed over; damaged ones too are looked at again, for
  // a disk may read today what it could not yesterday. All parts outlive the scrubber.
  Scrubber(const Parts& parts, std::chrono::seconds interval)
      : parts_(parts), interval_(interval) {}

  // Goes on where the last call stopped, until it has read that much or nothing more is due.
  Task<void> Run(std::uint64_t budget_bytes);
  // Run() ends soon, after what it is reading. From any thread.
  void Stop() { stopping_ = true; }

  std::uint64_t damaged() const { return damaged_; }    // objects found damaged
  std::uint64_t verified() const { return verified_; }  // objects found intact
  // Records with a damaged head in front of an intact content, written anew.
  std::uint64_t rewritten() const { return rewritten_; }

 private:
  // What is due among the next entries of the index.
  Task<void> FillQueue();
  bool Due(const Entry& entry) const;
  Task<void> Conclude(const Result<std::uint64_t>& outcome);

  Parts parts_;
  std::chrono::seconds interval_;
  std::string cursor_;  // the last key that was looked at
  std::deque<IndexRow> queue_;
  std::optional<ObjectCheck> current_;  // being read
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> damaged_{0};
  std::atomic<std::uint64_t> verified_{0};
  std::atomic<std::uint64_t> rewritten_{0};
};

}  // namespace yundisk::storage
