// A file on a web server as a stream of bytes that can be sought in: what libVLC reads a film from.
//
// We fetch the bytes ourselves instead of handing libVLC an address, for three reasons. A redirect
// is refused, so a film cannot lead to another server or to a local file. A failure has a reason
// that we can tell the user. And a connection that breaks is taken up again where it broke, as long
// as the server still has the same file (its ETag).
//
// Bytes are fetched only while somebody reads, into a buffer of limited size.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace yundisk::player {

enum class StreamProblem {
  kNone,
  kCancelled,
  kExpired,      // 410: the signed address is too old
  kNotFound,     // 404
  kRefused,      // any other 4xx
  kServer,       // 5xx
  kUnsuitable,   // an answer that is not the part of a file that was asked for
  kRedirected,   // 3xx
  kNoSuchHost,   // the name does not resolve
  kUnreachable,  // no connection
  kInterrupted,  // the connection broke again and again
  kCertificate,  // TLS: the server could not prove who it is
  kChanged,      // another file is there now
};

// Takes part in nothing but its own connection. Open, Peek, Read and Seek belong to one thread;
// they block, at most as long as the limits in http_stream.cc. Cancel and problem may be called
// from any thread.
class HttpStream {
 public:
  // The address was checked before: http or https, no user name (http_url.h).
  explicit HttpStream(std::string url);
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  // Asks the server; true when it answered with the file.
  bool Open();
  // Known after Open where the server says it.
  std::optional<std::uint64_t> size_bytes() const;

  // The next bytes, without taking them: as many as wanted unless the file ends first. Empty after
  // a problem.
  std::span<const std::byte> Peek(std::size_t wanted);
  // The next bytes, at least one: 0 at the end, nullopt after a problem.
  std::optional<std::size_t> Read(std::span<std::byte> into);
  // False beyond the end.
  bool Seek(std::uint64_t offset);

  // Whatever is waiting returns with kCancelled, and so does everything after.
  void Cancel();
  StreamProblem problem() const;

 private:
  class Transfer;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace yundisk::player
