// A connection as bytes, and the way to open one: interfaces, so that the simulation can put its
// own network under the servers and clients. tcp.h has the real ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/task.h"

namespace yundisk::net {

inline constexpr SteadyTime kNever = SteadyTime::max();

// A part of an open file.
struct FileRange {
  int file;
  std::uint64_t offset;
  std::uint64_t bytes;
};

// Bound to one loop; at most one read and one write at a time.
class Stream {
 public:
  virtual ~Stream() = default;

  // Returns when there is something to read, so that nobody needs to hold a buffer until then; at
  // once where that cannot be told. A failure is left to the read.
  virtual Task<void> WaitForInput() { co_return; }
  // Reads what is there, at least one byte; 0 when the peer has ended its side.
  virtual Task<Result<std::size_t>> ReadSome(MutableByteView buffer) = 0;
  // Writes all of all parts, at most kMaxParts, in order.
  virtual Task<Result<void>> Write(std::span<const ByteView> parts) = 0;
  // Writes `head` and then bytes of a file, without bringing these into the program. Reads the file
  // on the calling loop: for content that is most likely in the page cache.
  virtual Task<Result<void>> SendFile(ByteView head, FileRange range) = 0;

  // From this moment on pending and later operations fail with kTimeout, and the connection is
  // closed. Holds until it is set again; kNever lifts it. Checked every 100 ms.
  virtual void SetDeadline(SteadyTime deadline) = 0;

  // Ends our side; the peer reads the end after what was written.
  virtual void ShutdownWrite() = 0;
  // Pending and later operations fail with kUnavailable. May be called at any time on the loop.
  virtual void Close() = 0;

  // "ip:port" of the other end; and of ours.
  virtual std::string_view peer() const = 0;
  virtual std::string_view local() const = 0;

  static constexpr std::size_t kMaxParts = 16;
};

// Opens connections from one loop.
class Dialer {
 public:
  virtual ~Dialer() = default;
  // `address`: "host:port". kUnavailable or kTimeout when it cannot be reached in time.
  virtual Task<Result<std::unique_ptr<Stream>>> Connect(std::string_view address,
                                                        std::chrono::milliseconds timeout) = 0;
};

// Lets coroutines of one loop wait.
class Timer {
 public:
  virtual ~Timer() = default;
  virtual Task<void> Sleep(std::chrono::nanoseconds duration) = 0;
};

}  // namespace yundisk::net
