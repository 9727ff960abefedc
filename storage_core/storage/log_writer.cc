#include "storage_core/storage/log_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/base/check.h"
#include "storage_core/storage/one_shot.h"

namespace yundisk::storage {
namespace {

constexpr std::uint64_t kPrepareStepBytes = std::uint64_t{4} << 20;
constexpr std::size_t kZeroBytes = std::size_t{256} << 10;

ByteView Zeros() {
  static const Bytes zeros(kZeroBytes);
  return zeros;
}

// An error after which the state of the disk is unknown must not look like a full disk, nor like
// anything that the object is to blame for.
Error Fatal(const Error& error) { return Error(Code::kIo, error.message()); }

// Writes zeros over [from, to) and makes them and the file's size durable. kNoSpace: there was no
// room for the zeros.
Task<void> WriteZeros(File& file, std::uint64_t from, std::uint64_t to) {
  std::vector<ByteView> pieces;
  for (std::uint64_t left = to - from; left > 0;) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left, kZeroBytes));
    pieces.push_back(Zeros().first(piece));
    left -= piece;
  }
  CO_TRY_VOID(co_await file.WriteAt(from, pieces));
  const Result<void> synced = co_await file.Sync();
  if (!synced) co_return Fatal(synced.error());
  co_return Result<void>();
}

Task<void> WriteHeaders(File& file, const VolumeHeader& header) {
  const auto encoded = EncodeVolumeHeader(header);
  Bytes start(kFirstRecordAt);
  std::ranges::copy(encoded, start.begin());
  std::ranges::copy(encoded, start.begin() + kSecondVolumeHeaderAt);
  const std::array<ByteView, 1> pieces{ByteView(start)};
  CO_TRY_VOID(co_await file.WriteAt(0, pieces));
  co_return co_await file.Sync();
}

}  // namespace

// The volume being written. Touched on the committer's executor only.
struct LogWriter::Active {
  std::shared_ptr<Volume> volume;
  std::unique_ptr<File> file;
  std::unique_ptr<File> background_file;
  std::uint64_t end = kFirstRecordAt;
  std::uint64_t prepared = 0;  // zeros or records up to here, durably
  bool preparing = false;
  std::optional<Error> preparing_failed;
  std::optional<OneShot<bool>> prepared_signal;  // set while a writer waits for the preparer

  boost::asio::awaitable<void> WaitForPreparer() {
    prepared_signal.emplace();
    static_cast<void>(co_await prepared_signal->Wait());
    prepared_signal.reset();
  }

  Task<void> Prepare(File& through, std::uint64_t to) {
    CO_TRY_VOID(co_await WriteZeros(through, prepared, to));
    prepared = to;
    volume->size_bytes = to;
    co_return Result<void>();
  }
};

LogWriter::LogWriter(const LogEnvironment& environment, VolumeSet& volumes, LogOptions options)
    : environment_(environment), volumes_(volumes), options_(options) {}
LogWriter::~LogWriter() = default;

Place LogWriter::end() const { return {active_->volume->header.number, active_->end}; }

Task<void> LogWriter::Start(const Place& end) {
  if (volumes_.Find(end.volume) == nullptr) co_return co_await CreateVolume(end.volume + 1);
  co_return co_await OpenVolume(end.volume, end.offset);
}

boost::asio::awaitable<void> LogWriter::Finish() {
  if (active_ != nullptr && active_->preparing) co_await active_->WaitForPreparer();
}

Task<void> LogWriter::OpenVolume(std::uint64_t number, std::uint64_t end) {
  auto active = std::make_shared<Active>();
  active->volume = volumes_.Find(number);
  CHECK(active->volume != nullptr);
  const std::string& path = active->volume->path;
  CO_TRY(active->file, co_await environment_.files.Open(path, OpenMode::kReadWrite));
  CO_TRY(active->background_file,
         co_await environment_.background_files.Open(path, OpenMode::kReadWrite));
  active->end = end;
  active->prepared = std::max<std::uint64_t>(active->volume->size_bytes, end);
  active_ = std::move(active);
  co_return Result<void>();
}

Task<void> LogWriter::CreateVolume(std::uint64_t number) {
  VolumeHeader header;
  header.number = number;
  header.created_at_s = SecondsSince1970(environment_.clock.Now());
  // Zero would be found everywhere in prepared space.
  while (header.marker == 0) header.marker = environment_.random.Next();
  const std::string path = volumes_.PathOf(number);
  CO_TRY(const auto file, co_await environment_.files.Open(path, OpenMode::kCreate));

  Result<void> made = co_await WriteHeaders(*file, header);
  // Sync the folder as well: without it a power cut can take the name of the volume, and with it
  // every record in it.
  if (made) made = co_await environment_.files.SyncFolder(volumes_.folder());
  if (made) made = co_await BeginVolume(header, path);
  if (!made) {
    // Nothing is in it yet, and its number will be wanted again.
    volumes_.Forget(number);
    static_cast<void>(co_await environment_.files.Remove(path));
  }
  co_return made;
}

Task<void> LogWriter::BeginVolume(const VolumeHeader& header, const std::string& path) {
  CO_TRY(auto reader, co_await environment_.background_files.Open(path, OpenMode::kRead));
  auto volume = std::make_shared<Volume>(header, path, std::move(reader));
  volume->size_bytes = kFirstRecordAt;
  volumes_.Add(std::move(volume));
  co_return co_await OpenVolume(header.number, kFirstRecordAt);
}

Task<void> LogWriter::Append(std::span<LogItem> items) {
  std::uint64_t size_bytes = 0;
  for (const LogItem& item : items) size_bytes += item.buffer->bytes().size();
  const Result<void> reserved = co_await Reserve(size_bytes);
  if (!reserved && reserved.error().code() != Code::kNoSpace) co_return Fatal(reserved.error());
  if (!reserved) co_return reserved;
  const Result<void> written = co_await WriteBatch(items);
  if (!written) co_return Fatal(written.error());
  PrepareInBackground(co_await boost::asio::this_coro::executor);
  co_return Result<void>();
}

Task<void> LogWriter::Reserve(std::uint64_t size_bytes) {
  if (active_->end + size_bytes > options_.volume_bytes && active_->end > kFirstRecordAt) {
    co_await Finish();
    CO_TRY_VOID(co_await CreateVolume(active_->volume->header.number + 1));
  }
  const std::shared_ptr<Active> active = active_;
  while (active->end + size_bytes > active->prepared) {
    if (active->preparing_failed && active->preparing_failed->code() != Code::kNoSpace)
      co_return *active->preparing_failed;
    if (active->preparing) {
      // Two at once would write zeros over each other's records.
      co_await active->WaitForPreparer();
      continue;
    }
    const std::uint64_t needed = active->end + size_bytes;
    const std::uint64_t step = std::min(kPrepareStepBytes, options_.prepare_bytes);
    CO_TRY_VOID(co_await active->Prepare(*active->file, needed + step));
  }
  co_return Result<void>();
}

Task<void> LogWriter::WriteBatch(std::span<LogItem> items) {
  const std::uint64_t start = active_->end;
  std::uint64_t at = start;
  std::vector<ByteView> pieces;
  pieces.reserve(items.size());
  for (const LogItem& item : items) {
    item.record->batch_start = start;
    item.buffer->Seal(*item.record, {active_->volume->header, at});
    *item.place = {active_->volume->header.number, at};
    pieces.push_back(item.buffer->bytes());
    at += item.buffer->bytes().size();
  }
  CO_TRY_VOID(co_await active_->file->WriteAt(start, pieces));
  CO_TRY_VOID(co_await active_->file->Sync());
  active_->end = at;
  co_return Result<void>();
}

void LogWriter::PrepareInBackground(const boost::asio::any_io_executor& executor) {
  const std::shared_ptr<Active> active = active_;
  const std::uint64_t wanted =
      std::min(active->end + options_.prepare_bytes, options_.volume_bytes);
  const std::uint64_t step = std::min(kPrepareStepBytes, options_.prepare_bytes);
  if (active->preparing || active->prepared + step > wanted) return;
  active->preparing = true;
  const auto prepare = [](std::shared_ptr<Active> volume,
                          std::uint64_t to) -> boost::asio::awaitable<void> {
    const Result<void> prepared = co_await volume->Prepare(*volume->background_file, to);
    volume->preparing = false;
    volume->preparing_failed.reset();
    if (!prepared) volume->preparing_failed = prepared.error();
    if (volume->prepared_signal) volume->prepared_signal->Set(true);
  };
  boost::asio::co_spawn(executor, prepare(active, active->prepared + step), boost::asio::detached);
}

}  // namespace yundisk::storage
