// How often this disk can make 4 KiB durable, one at a time: what every durable write is measured
// by.
//
//   bench_fdatasync FILE SECONDS
//
// Writes a new file, twice: appending (each fdatasync also writes the file's new size) and then
// overwriting what is already there (data only). Prints one line of JSON and removes the file.
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr int kMaxSeconds = 60;

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Writes and syncs blocks for `duration`, from the start of the file on, wrapping around after
// `wrap_blocks`. Returns the number of syncs.
std::uint64_t WriteAndSync(int file, std::chrono::duration<double> duration,
                           std::uint64_t wrap_blocks) {
  const std::vector<char> block(kBlockBytes, 'x');
  const auto end = std::chrono::steady_clock::now() + duration;
  std::uint64_t syncs = 0;
  while (std::chrono::steady_clock::now() < end) {
    const auto offset = static_cast<off_t>(syncs % wrap_blocks * kBlockBytes);
    if (pwrite(file, block.data(), block.size(), offset) != static_cast<ssize_t>(block.size())) {
      Fail("pwrite");
    }
    if (fdatasync(file) != 0) Fail("fdatasync");
    ++syncs;
  }
  return syncs;
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 0;
  if (argc == 3) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), seconds);
  if (seconds < 1 || seconds > kMaxSeconds) {
    std::fprintf(stderr, "usage: bench_fdatasync FILE SECONDS (1 to %d)\n", kMaxSeconds);
    return 2;
  }
  const int file = open(argv[1], O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) Fail(argv[1]);
  if (unlink(argv[1]) != 0) Fail("unlink");
  const std::chrono::duration<double> half(seconds / 2.0);
  const auto appended = WriteAndSync(file, half, UINT64_MAX);
  const auto overwritten = WriteAndSync(file, half, appended);
  fmt::print("{{\"append_per_s\":{:.0f},\"overwrite_per_s\":{:.0f}}}\n",
             static_cast<double>(appended) / half.count(),
             static_cast<double>(overwritten) / half.count());
}
