#include "storage_core/storage/object_reader.h"

#include <algorithm>

#include "storage_core/storage/checksum.h"

namespace yundisk::storage {
namespace {

// Compaction can move an object between finding and reading it; more often than this in a row
// something is wrong.
constexpr int kFindAttempts = 3;

Result<ContentRange> Cut(ByteRange range, std::uint64_t object_bytes, const std::string& key) {
  if (range.offset > object_bytes)
    return Error::Make(Code::kOutOfRange, "reading {} at byte {}: it has {} bytes", Shown(key),
                       range.offset, object_bytes);
  const std::uint64_t left = object_bytes - range.offset;
  const std::uint64_t size = range.size_bytes == 0 ? left : std::min(left, range.size_bytes);
  return ContentRange{range.offset, size};
}

Error NotFound(const std::string& key) {
  return Error::Make(Code::kNotFound, "looking for {}: there is no such object", Shown(key));
}

// A content that tells the committer when it turns out to be damaged on the way.
class WatchedContent final : public Content {
 public:
  WatchedContent(std::unique_ptr<Content> content, Committer& committer, std::string key,
                 std::uint64_t sequence)
      : content_(std::move(content)),
        committer_(committer),
        key_(std::move(key)),
        sequence_(sequence) {}

  std::uint64_t size_bytes() const override { return content_->size_bytes(); }
  Task<ByteView> Next() override {
    const Result<ByteView> piece = co_await content_->Next();
    if (!piece) co_await Tell(piece.error());
    co_return piece;
  }
  Task<std::optional<FileRange>> NextInFile() override {
    const Result<std::optional<FileRange>> range = co_await content_->NextInFile();
    if (!range) co_await Tell(range.error());
    co_return range;
  }

 private:
  boost::asio::awaitable<void> Tell(const Error& error) {
    if (error.code() != Code::kCorrupt) co_return;
    const Verdict verdict{.sequence = sequence_, .damaged = true};
    static_cast<void>(co_await committer_.Report(key_, verdict));
  }

  std::unique_ptr<Content> content_;
  Committer& committer_;
  const std::string key_;
  const std::uint64_t sequence_;
};

Error Damaged(const std::string& key, std::string_view how) {
  return Error::Make(Code::kCorrupt, "reading {}: {}", Shown(key), how);
}

}  // namespace

Task<std::optional<Entry>> ObjectReader::Lookup(const std::string& key) {
  if (auto found = parts_.index.FindNow(key)) co_return *std::move(found);
  std::optional<Result<std::optional<Entry>>> found;
  co_await parts_.runner.Run([&] { found.emplace(parts_.index.Find(key)); });
  co_return *std::move(found);
}

Task<Entry> ObjectReader::Find(const std::string& key) {
  CO_TRY(std::optional<Entry> entry, co_await Lookup(key));
  if (!entry || entry->deleted()) co_return NotFound(key);
  if (entry->damaged) co_return Damaged(key, "its bytes on the disk are damaged");
  co_return *std::move(entry);
}

Task<std::unique_ptr<Content>> ObjectReader::Open(const std::string& key, ByteRange range) {
  Result<std::unique_ptr<Content>> opened = NotFound(key);
  for (int attempt = 0; attempt < kFindAttempts; ++attempt) {
    CO_TRY(const Entry entry, co_await Find(key));
    CO_TRY(const ContentRange cut, Cut(range, entry.record.object_bytes, key));
    opened = co_await OpenEntry(key, entry, cut);
    if (opened) co_return opened;
    CO_TRY(const Entry now, co_await Find(key));
    if (now.place == entry.place) {
      if (opened.error().code() == Code::kCorrupt) {
        const Verdict verdict{.sequence = entry.record.sequence, .damaged = true};
        static_cast<void>(co_await parts_.committer.Report(key, verdict));
      }
      co_return opened;
    }
  }
  co_return opened;
}

Task<std::unique_ptr<Content>> ObjectReader::OpenEntry(const std::string& key, const Entry& entry,
                                                       ContentRange range) {
  if (!entry.large()) co_return co_await OpenChecked(key, entry, range);
  CO_TRY(auto file, co_await OpenLarge(entry));
  CO_TRY(const FileFacts facts, co_await file->Facts());
  std::unique_ptr<Content> content;
  if (file->descriptor() >= 0 && StillVouched(entry, facts)) {
    content = std::make_unique<VouchedContent>(std::move(file), range);
  } else {
    CO_TRY(content, co_await OpenChecked(key, entry, range));
  }
  co_return std::make_unique<WatchedContent>(std::move(content), parts_.committer, key,
                                             entry.record.sequence);
}

Task<std::unique_ptr<Content>> ObjectReader::OpenChecked(const std::string& key, const Entry& entry,
                                                         ContentRange range) {
  CO_TRY(Bytes payload, co_await ReadPayload(key, entry));
  if (!entry.large()) co_return std::make_unique<SmallContent>(std::move(payload), range);
  CO_TRY(auto file, co_await OpenLarge(entry));
  LargeContent::Checksums checksums{entry.record.block_bytes, DecodeChecksums(payload)};
  co_return std::make_unique<LargeContent>(std::move(file), entry.record.object_bytes,
                                           std::move(checksums), range);
}

Task<void> ObjectReader::CheckRecord(const std::string& key, const Entry& entry) {
  const std::shared_ptr<Volume> volume = parts_.volumes.Find(entry.place.volume);
  if (volume == nullptr) co_return Damaged(key, "its volume is not there");
  Bytes head(kRecordHeaderBytes + key.size());
  CO_TRY(const std::size_t got, co_await ReadStored(*volume->file, entry.place.offset, head));
  const auto decoded =
      DecodeRecord(ByteView(head).first(got), {volume->header, entry.place.offset});
  if (!decoded || decoded->key != key || decoded->record.sequence != entry.record.sequence)
    co_return Damaged(key, "the head of its record is damaged");
  co_return Result<void>();
}

Task<Bytes> ObjectReader::ReadPayload(const std::string& key, const Entry& entry) {
  const std::shared_ptr<Volume> volume = parts_.volumes.Find(entry.place.volume);
  if (volume == nullptr) co_return Damaged(key, "its volume is not there");
  Bytes payload(entry.payload_bytes);
  const std::uint64_t at = entry.place.offset + kRecordHeaderBytes + key.size();
  CO_TRY(const std::size_t got, co_await ReadStored(*volume->file, at, payload));
  if (got != payload.size() || Crc32(payload) != entry.record.payload_crc32)
    co_return Damaged(key, "the checksum does not match");
  co_return payload;
}

Task<std::unique_ptr<File>> ObjectReader::OpenLarge(const Entry& entry) {
  const std::string path = parts_.large_files.Path(entry.record.large_name);
  auto file = co_await parts_.files.Open(path, OpenMode::kRead);
  // Never "not found": the object is known, it is its content that is gone.
  if (!file && file.error().code() == Code::kNotFound)
    co_return Error(Code::kCorrupt, file.error().message());
  co_return file;
}

Task<FileFacts> ObjectReader::LargeFacts(const Entry& entry) {
  CO_TRY(const auto file, co_await OpenLarge(entry));
  co_return co_await file->Facts();
}

Task<bool> ObjectReader::Vouches(const Entry& entry) {
  if (!entry.large() || entry.damaged) co_return false;
  CO_TRY(const FileFacts facts, co_await LargeFacts(entry));
  co_return StillVouched(entry, facts);
}

bool ObjectReader::StillVouched(const Entry& entry, const FileFacts& facts) const {
  const std::uint64_t now_s = SecondsSince1970(parts_.clock.Now());
  return entry.VerifiedWithin(verify_max_age_, now_s) &&
         facts.size_bytes == entry.record.object_bytes &&
         facts.modified_ns == entry.record.modified_ns &&
         facts.changed_ns == entry.record.changed_ns;
}

}  // namespace yundisk::storage
