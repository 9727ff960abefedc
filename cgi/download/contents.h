// The bytes behind a file, from the nearest place: small contents from memory, large ones as a file
// that nginx sends itself, anything else streamed from the storage core.
//
// A blob never changes, so nothing here is ever stale; a file's place on the disk can change and is
// asked anew every kPlaceAge. Thread-safe; blocks on the storage core.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cgi/disk/node.h"
#include "cgi/disk/object_store.h"
#include "cgi/disk/peer_address.h"
#include "cgi/disk/stamped_cache.h"
#include "common/base/clock.h"

namespace yundisk::download {

class Contents {
 public:
  // Contents up to this size are read whole and kept in memory; larger ones may be files of the
  // storage (storage.large_object_bytes has the same default).
  static constexpr std::uint64_t kSmallBytesMax = 100 * 1024;
  static constexpr std::size_t kMemoryBytes = std::size_t{32} << 20;
  static constexpr std::size_t kPlacesBytes = std::size_t{2} << 20;
  static constexpr std::chrono::seconds kPlaceAge{5};

  // All outlive it.
  Contents(disk::ObjectStore& store, const disk::PeerAddresses& peers, const Clock& clock)
      : store_(store),
        peers_(peers),
        clock_(clock),
        small_(kMemoryBytes, clock),
        places_(kPlacesBytes, clock) {}

  static bool IsSmall(const disk::Content& content) { return content.size_bytes <= kSmallBytesMax; }
  // The whole of a small content. kCorrupt when the storage has another length.
  Result<std::shared_ptr<const std::string>> ReadSmall(const disk::Content& content);
  // Relative to the folder of the machine's storages; empty when nginx cannot send it.
  Result<std::string> LocalFile(const disk::Content& content);
  // Where nginx gets a content whose file is not on this machine; empty when there is no such
  // place.
  std::string PeerAddress(const disk::Content& content, const std::string& name) const {
    return peers_.Of(content.file_id, name);
  }
  // Piece by piece. kUnavailable when `take` gives up.
  Result<void> Stream(const disk::Content& content, std::uint64_t offset, std::uint64_t length,
                      const client::Sink& take);

 private:
  disk::ObjectStore& store_;
  const disk::PeerAddresses& peers_;
  const Clock& clock_;
  disk::StampedCache<std::int64_t, std::shared_ptr<const std::string>> small_;  // by blob
  disk::StampedCache<std::int64_t, std::string> places_;                        // by blob
};

}  // namespace yundisk::download
