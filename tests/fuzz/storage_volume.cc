// Whatever a volume holds, reading it ends, stays within its bytes, and finds nothing twice.
#include <algorithm>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "storage_core/storage/index_codec.h"
#include "storage_core/storage/volume_scanner.h"

namespace yundisk::storage {
namespace {

class BytesFile final : public File {
 public:
  explicit BytesFile(ByteView bytes) : bytes_(bytes) {}

  Task<std::size_t> ReadAt(std::uint64_t offset, MutableByteView into) override {
    if (offset >= bytes_.size()) co_return std::size_t{0};
    const ByteView rest = bytes_.subspan(offset);
    const std::size_t size = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), size, into.begin());
    co_return size;
  }
  Task<void> WriteAt(std::uint64_t /*offset*/, std::span<const ByteView> /*pieces*/) override {
    std::abort();
  }
  Task<void> Sync() override { std::abort(); }
  Task<FileFacts> Facts() override { co_return FileFacts{.size_bytes = bytes_.size()}; }

 private:
  ByteView bytes_;
};

boost::asio::awaitable<void> Scan(ByteView bytes, const VolumeHeader& volume) {
  BytesFile file(bytes);
  VolumeScanner scanner(file, volume, 0);
  std::uint64_t end = 0;
  while (true) {
    const Result<std::optional<Scanned>> scanned = co_await scanner.Next();
    if (!scanned || !*scanned) co_return;
    const Scanned& found = **scanned;
    if (found.offset < end || found.size_bytes == 0) std::abort();
    end = found.offset + found.size_bytes;
    if (found.kind == Scanned::Kind::kRecord && end > bytes.size()) std::abort();
  }
}

}  // namespace
}  // namespace yundisk::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace storage = yundisk::storage;
  const yundisk::ByteView bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(storage::DecodeVolumeHeader(bytes));
  static_cast<void>(storage::DecodeEntry(yundisk::AsText(bytes)));
  static_cast<void>(storage::DecodeCheckpoint(yundisk::AsText(bytes)));
  if (size < sizeof(std::uint64_t)) return 0;
  // The input begins with a marker, as a record does.
  const storage::VolumeHeader volume{1, yundisk::LoadBig<std::uint64_t>(bytes.data()), 0};
  boost::asio::io_context context;
  boost::asio::co_spawn(context, storage::Scan(bytes, volume), boost::asio::detached);
  context.run();
  return 0;
}
