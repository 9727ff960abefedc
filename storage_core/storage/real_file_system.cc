#include "storage_core/storage/real_file_system.h"

#include <utility>

#include <fcntl.h>

#include "storage_core/storage/system_calls.h"

namespace yundisk::storage {
namespace {

using system_calls::Descriptor;

// Runs the call where the file system's calls run, and gives its result.
template <typename Call, typename R = std::invoke_result_t<Call>>
boost::asio::awaitable<R> RunOn(net::BlockingPool* pool, Call call) {
  if (pool == nullptr) co_return call();
  co_return co_await pool->Run(call);
}

class RealFile final : public File {
 public:
  RealFile(net::BlockingPool* pool, Descriptor descriptor, std::string path)
      : pool_(pool), descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Task<std::size_t> ReadAt(std::uint64_t offset, MutableByteView into) override {
    std::size_t cached = 0;
    if (pool_ != nullptr) cached = system_calls::ReadCachedAt(fd(), offset, into);
    if (cached == into.size()) co_return cached;
    const MutableByteView rest = into.subspan(cached);
    Result<std::size_t> got =
        co_await RunOn(pool_, [&] { return system_calls::ReadAt(fd(), offset + cached, rest); });
    if (!got) co_return got.error().Within(path_);
    co_return cached + *got;
  }

  Task<void> WriteAt(std::uint64_t offset, std::span<const ByteView> pieces) override {
    const Result<void> written =
        co_await RunOn(pool_, [&] { return system_calls::WriteAt(fd(), offset, pieces); });
    co_return Named(written);
  }

  Task<void> Sync() override {
    const Result<void> synced = co_await RunOn(pool_, [&] { return system_calls::SyncData(fd()); });
    co_return Named(synced);
  }

  Task<FileFacts> Facts() override { co_return system_calls::Facts(fd()); }

  void StartWriteback(std::uint64_t offset, std::uint64_t size_bytes) override {
    static_cast<void>(::sync_file_range(fd(), static_cast<off_t>(offset),
                                        static_cast<off_t>(size_bytes), SYNC_FILE_RANGE_WRITE));
  }

  bool InMemory(std::uint64_t offset) override {
    std::byte byte;
    return system_calls::ReadCachedAt(fd(), offset, {&byte, 1}) == 1;
  }

  int descriptor() const override { return fd(); }

 private:
  int fd() const { return descriptor_.number(); }
  Result<void> Named(const Result<void>& result) const {
    return result ? result : Result<void>(result.error().Within(path_));
  }

  net::BlockingPool* pool_;
  Descriptor descriptor_;
  std::string path_;
};

int FlagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead: return O_RDONLY | O_NONBLOCK;  // a FIFO must not hold the caller up
    case OpenMode::kReadWrite: return O_RDWR;
    case OpenMode::kCreate: return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

}  // namespace

Task<std::unique_ptr<File>> RealFileSystem::Open(const std::string& path, OpenMode mode) {
  // Opening is not sent to the pool: names are in the kernel's cache but for the first time.
  const bool cached = mode == OpenMode::kRead;
  auto opened = co_await RunOn(cached ? nullptr : pool_,
                               [&] { return system_calls::Open(path, FlagsOf(mode)); });
  if (!opened) co_return opened.error();
  co_return std::make_unique<RealFile>(pool_, *std::move(opened), path);
}

Task<void> RealFileSystem::Rename(const std::string& from, const std::string& to) {
  co_return co_await RunOn(pool_, [&] { return system_calls::RenameToNew(from, to); });
}

Task<void> RealFileSystem::Remove(const std::string& path) {
  co_return co_await RunOn(pool_, [&] { return system_calls::Remove(path); });
}

Task<void> RealFileSystem::SyncFolder(const std::string& path) {
  co_return co_await RunOn(pool_, [&] { return system_calls::SyncFolder(path); });
}

Task<void> RealFileSystem::MakeFolder(const std::string& path) {
  co_return co_await RunOn(pool_, [&] { return system_calls::MakeFolder(path); });
}

Task<std::vector<std::string>> RealFileSystem::List(const std::string& path) {
  co_return co_await RunOn(pool_, [&] { return system_calls::List(path); });
}

Task<std::uint64_t> RealFileSystem::FreeBytes(const std::string& path) {
  co_return co_await RunOn(pool_, [&] { return system_calls::FreeBytes(path); });
}

}  // namespace yundisk::storage
