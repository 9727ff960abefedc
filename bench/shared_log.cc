// The ceiling for durable uploads: threads that append records to one log and share its fdatasync,
// with no network, no names and no index. The file is written before, as the storage's volumes are.
//
//   bench_shared_log FILE THREADS SECONDS BYTES
//
// Prints one line of JSON.
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::bench {
namespace {

constexpr std::uint64_t kFileBytes = std::uint64_t{1} << 30U;  // then it begins anew

Result<void> WriteAll(int file, ByteView bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const auto written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written <= 0) return Error::FromErrno(errno, "pwrite");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  return {};
}

// Appenders put their records into a batch; whoever finds no one writing writes it for all.
class SharedLog {
 public:
  explicit SharedLog(int file) : file_(file) {}

  // Returns once the record is durable.
  Result<void> Append(ByteView record) {
    std::unique_lock lock(mutex_);
    batch_.insert(batch_.end(), record.begin(), record.end());
    const std::uint64_t mine = filling_;
    while (durable_ < mine && writing_) changed_.wait(lock);
    while (durable_ < mine) {
      writing_ = true;
      Bytes batch = std::move(spare_);
      std::swap(batch, batch_);
      batch_.clear();
      const std::uint64_t number = filling_++;
      if (at_ + batch.size() > kFileBytes) at_ = 0;
      lock.unlock();
      TRY_VOID(WriteAll(file_, batch, at_));
      if (fdatasync(file_) != 0) return Error::FromErrno(errno, "fdatasync");
      lock.lock();
      at_ += batch.size();
      spare_ = std::move(batch);
      durable_ = number;
      writing_ = false;
      changed_.notify_all();
    }
    return {};
  }

 private:
  const int file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Bytes batch_;
  Bytes spare_;
  bool writing_ = false;
  std::uint64_t filling_ = 1;  // the batch that is being filled
  std::uint64_t durable_ = 0;  // the last one that is on the disk
  std::uint64_t at_ = 0;       // the writer's
};

Result<int> MakeFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Error::FromErrno(errno, "open");
  const Bytes zeros(std::size_t{1} << 20U);
  for (std::uint64_t at = 0; at < kFileBytes; at += zeros.size())
    TRY_VOID(WriteAll(file, zeros, at));
  if (fsync(file) != 0) return Error::FromErrno(errno, "fsync");
  return file;
}

Result<double> Measure(const std::string& path, std::size_t threads, int seconds,
                       std::size_t bytes) {
  TRY(const int file, MakeFile(path));
  SharedLog log(file);
  std::atomic<std::uint64_t> done = 0;
  std::atomic<bool> failed = false;
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i)
      workers.emplace_back([&] {
        const Bytes record(bytes, std::byte{'x'});
        while (std::chrono::steady_clock::now() < start + std::chrono::seconds(seconds)) {
          if (!log.Append(record)) {
            failed = true;
            return;
          }
          ++done;
        }
      });
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  close(file);
  if (failed) return Error(Code::kUnavailable, "the log could not be written");
  return static_cast<double>(done) / passed.count();
}

}  // namespace
}  // namespace yundisk::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "bench_shared_log: arguments: FILE THREADS SECONDS BYTES\n");
    return 2;
  }
  const auto rate = yundisk::bench::Measure(
      argv[1], static_cast<std::size_t>(std::max(1, std::atoi(argv[2]))), std::atoi(argv[3]),
      static_cast<std::size_t>(std::max(1, std::atoi(argv[4]))));
  if (!rate) {
    fmt::print(stderr, "bench_shared_log: {}\n", rate.error().message());
    return 1;
  }
  fmt::print("{{\"operations_per_s\":{:.1f}}}\n", *rate);
}
