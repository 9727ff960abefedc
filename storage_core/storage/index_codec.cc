#include "storage_core/storage/index_codec.h"

#include <cstring>
#include <type_traits>

namespace yundisk::storage {
namespace {

constexpr std::uint8_t kVersion = 1;

// The fields of a row, once: the same list encodes and decodes.
template <typename Visitor, typename EntryType>
void VisitEntry(Visitor& visit, EntryType& entry) {
  auto& record = entry.record;
  visit(record.kind);
  visit(record.sequence);
  visit(record.batch_start);
  visit(record.object_bytes);
  visit(record.written_at_s);
  visit(record.large_name);
  visit(record.block_bytes);
  visit(record.modified_ns);
  visit(record.changed_ns);
  visit(record.digest.sha256);
  visit(record.digest.crc32);
  visit(record.payload_crc32);
  visit(entry.place.volume);
  visit(entry.place.offset);
  visit(entry.payload_bytes);
  visit(entry.verified_at_s);
  visit(entry.damaged);
}

template <typename Visitor, typename CheckpointType>
void VisitCheckpoint(Visitor& visit, CheckpointType& checkpoint) {
  visit(checkpoint.log.volume);
  visit(checkpoint.log.offset);
  visit(checkpoint.next_sequence);
  visit(checkpoint.objects);
  visit(checkpoint.object_bytes);
}

// Rows stay on the machine that wrote them, so fields are copied in its byte order.
class Appender {
 public:
  template <typename T>
  void operator()(const T& field) {
    static_assert(std::is_trivially_copyable_v<T>);
    row_.append(reinterpret_cast<const char*>(&field), sizeof field);
  }
  std::string Take() { return std::move(row_); }

 private:
  std::string row_{static_cast<char>(kVersion)};
};

class Extractor {
 public:
  explicit Extractor(std::string_view row) : rest_(row) {
    std::uint8_t version = 0;
    (*this)(version);
    whole_ = whole_ && version == kVersion;
  }

  template <typename T>
  void operator()(T& field) {
    static_assert(std::is_trivially_copyable_v<T>);
    whole_ = whole_ && rest_.size() >= sizeof field;
    if (!whole_) return;
    std::memcpy(&field, rest_.data(), sizeof field);
    rest_.remove_prefix(sizeof field);
  }
  bool Finished() const { return whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace

std::string EncodeEntry(const Entry& entry) {
  Appender append;
  VisitEntry(append, entry);
  return append.Take();
}

Result<Entry> DecodeEntry(std::string_view row) {
  Entry entry;
  Extractor extract(row);
  VisitEntry(extract, entry);
  if (!extract.Finished()) return Error(Code::kCorrupt, "reading the index: an entry is damaged");
  return entry;
}

std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  Appender append;
  VisitCheckpoint(append, checkpoint);
  return append.Take();
}

Result<Checkpoint> DecodeCheckpoint(std::string_view row) {
  Checkpoint checkpoint;
  Extractor extract(row);
  VisitCheckpoint(extract, checkpoint);
  if (!extract.Finished())
    return Error(Code::kCorrupt, "reading the index: the checkpoint is damaged");
  return checkpoint;
}

}  // namespace yundisk::storage
