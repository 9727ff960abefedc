// Reads a volume from some offset to its end, record by record, and past whatever is damaged.
//
// Used by one coroutine at a time; takes a window of a few MiB of memory.
#pragma once

#include <cstdint>
#include <optional>

#include "storage_core/storage/file_system.h"
#include "storage_core/storage/record.h"

namespace yundisk::storage {

struct Scanned {
  enum class Kind {
    kRecord,        // intact
    kBrokenRecord,  // header and key are intact, the payload is not
    kJunk,          // bytes that are neither a record nor zeros
  };
  Kind kind;
  std::uint64_t offset;
  std::uint64_t size_bytes;
  DecodedRecord decoded;  // not for junk
  ByteView payload;       // of an intact record; valid until the next call
};

class VolumeScanner {
 public:
  // `from` is a multiple of the record alignment. Nothing from `to` on is looked at. The references
  // outlive the scanner.
  VolumeScanner(File& file, const VolumeHeader& volume, std::uint64_t from,
                std::uint64_t to = UINT64_MAX);

  // What comes next; empty at the end.
  Task<std::optional<Scanned>> Next();

 private:
  // Bytes from offset_ on, as many as there are up to a whole record.
  Task<ByteView> Ahead();
  Scanned TakeRecord(DecodedRecord decoded, ByteView ahead);
  // Skips to the next marker in the window and tells the bytes other than zeros between.
  std::optional<Scanned> Skip(ByteView ahead);

  File& file_;
  const VolumeHeader& volume_;
  const std::uint64_t to_;
  std::uint64_t offset_;
  std::uint64_t window_at_;
  Bytes window_;
  bool file_ended_ = false;  // with the window
};

}  // namespace yundisk::storage
