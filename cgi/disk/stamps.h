// Stamps: one counter per user for the account and sessions, one for the tree, in a memory-mapped
// file that all FastCGI programs of the machine share. Caches stay exact with them:
//
//   reader: stamp = Read(...); value = what the database says; cache.Insert(key, value, stamp)
//   later:  cache.Find(key, Read(...)) is the value only while the stamp is unchanged
//   writer: commit; Raise(...); only then answer
//
// The reader takes the stamp before it asks the database: a change committed in between then makes
// the entry useless instead of wrong. Users are hashed onto kStampSlots counters; two users that
// share one only cost each other a miss. A writer killed between commit and raise leaves old
// entries until their age ends them.
//
// Thread-safe and process-safe; nothing blocks.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "common/base/result.h"
#include "common/base/shared_segment.h"

namespace yundisk::disk {

inline constexpr std::size_t kStampSlots = 1 << 16;

enum class StampKind : std::uint8_t { kAccount, kTree };

class Stamps {
 public:
  // An empty path: stamps of this process only.
  static Result<Stamps> Open(const std::string& path);

  std::uint64_t Read(StampKind kind, std::int64_t user_id) const;
  void Raise(StampKind kind, std::int64_t user_id) const;

  // Another number for every file and every boot of the machine. A stamp kept outside its memory
  // (in Redis) means something only together with it: a power cut can bring back older counters.
  std::uint64_t generation() const;

 private:
  struct Layout;
  explicit Stamps(SharedSegment segment);
  Layout& layout() const;
  std::atomic<std::uint64_t>& Slot(StampKind kind, std::int64_t user_id) const;

  SharedSegment segment_;
  std::uint64_t boot_;
};

}  // namespace yundisk::disk
