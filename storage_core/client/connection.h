// One authenticated connection to a daemon, for blocking callers: a request out, its reply in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "common/protocol/codec.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"
#include "storage_core/client/cluster.h"
#include "storage_core/client/network.h"

namespace yundisk::client {

struct Timeouts {
  std::chrono::milliseconds connect;
  std::chrono::milliseconds call;  // for each step: a send, or a receive, that makes progress
};

// Bound to one thread at a time.
//
// A failure reply is returned as its error and leaves the connection usable. Anything else that
// goes wrong (a cut, a deadline, a reply that makes no sense) is kUnavailable and leaves it
// unusable: close it.
class Connection {
 public:
  // Proves both sides' knowledge of the secret when there is one. What the environment has outlives
  // the connection.
  static Result<std::unique_ptr<Connection>> Open(
      const std::string& address, wire::Service service, const std::optional<wire::Secret>& secret,
      Timeouts timeouts, const Environment& environment = SystemEnvironment());

  template <wire::Request M>
  requires(!wire::RequestWithContent<M>) Result<typename M::Reply> Call(const M& request) {
    StartRequest(request);
    TRY_VOID(SendRequest({}));
    return ReadReply<typename M::Reply>();
  }
  // The answer to an upload takes what hashing, syncing and copying its content take.
  Result<wire::Adopted> Adopt(const wire::Adopt& request);

  // The content goes out with the request.
  Result<void> Upload(const wire::Upload& request, ByteView content);
  // The content comes from `source`, which must give exactly request.size_bytes. An error of the
  // source is returned as it is and leaves the connection unusable.
  Result<void> Upload(const wire::Upload& request, const Source& source);
  // Tells the length of the content, to be read with ReadContent until all of it has come.
  Result<std::uint64_t> StartDownload(const wire::Download& request);
  Result<std::size_t> ReadContent(MutableByteView buffer);

  // From now on, for each step.
  void Allow(std::chrono::milliseconds timeout) { timeout_ = timeout; }
  // The rest of a reply is not wanted: the connection cannot be used again.
  void Abandon() { usable_ = false; }

  bool usable() const { return usable_; }
  // Cut, silent or senseless, through no fault of the caller's.
  bool broken() const { return broken_; }
  // How long the last reply was waited for, once its request was out.
  std::chrono::nanoseconds waited() const { return waited_; }
  // Usable, and nothing unexpected has come meanwhile.
  bool IsQuiet() const { return usable_ && received_ == taken_ && socket_->IsQuiet(); }

 private:
  Connection(std::string address, wire::Service service, std::unique_ptr<Socket> socket,
             std::chrono::milliseconds timeout, const Clock& clock);

  Result<void> Authenticate(const wire::Secret& secret, Random& random);
  template <wire::Request M>
  void StartRequest(const M& request) {
    request_.clear();
    wire::AppendRequest(request_, request);
  }
  Result<void> SendRequest(ByteView content);
  Result<void> SendFrom(const Source& source, std::uint64_t size_bytes);

  // The body of a success reply of allowed length, valid until the next call.
  Result<ByteView> ReadReplyBody(wire::SizeRange allowed);
  template <wire::Message M>
  Result<M> ReadReplyToUpload(std::uint64_t size_bytes) {
    const std::chrono::milliseconds usual = timeout_;
    timeout_ += PatienceFor(size_bytes);
    auto reply = ReadReply<M>();
    timeout_ = usual;
    return reply;
  }
  static std::chrono::milliseconds PatienceFor(std::uint64_t size_bytes);
  // The length of a success reply's body.
  Result<std::uint64_t> ReadReplyHeader();
  Error ReadFailure(std::uint64_t body_bytes);
  template <wire::Message M>
  Result<M> ReadReply() {
    TRY(const ByteView body, ReadReplyBody(wire::kBodySize<M>));
    auto decoded = wire::DecodeBody<M>(body);
    if (!decoded) return Broken(decoded.error().message());
    return decoded;
  }
  // Makes `wanted` bytes available at the front of the buffer and takes them.
  Result<ByteView> Take(std::size_t wanted);
  // Marks the connection unusable and says why.
  Error Broken(std::string_view why);
  template <typename T>
  Result<T> Checked(Result<T> result) {
    if (result) return result;
    return Broken(result.error().message());
  }

  std::string address_;
  wire::Service service_;
  std::unique_ptr<Socket> socket_;
  std::chrono::milliseconds timeout_;
  const Clock* clock_;
  Bytes request_;
  Bytes buffer_;  // [taken_, received_) has come and waits
  std::size_t taken_ = 0;
  std::size_t received_ = 0;
  bool usable_ = true;
  bool broken_ = false;
  std::chrono::nanoseconds waited_{0};
};

}  // namespace yundisk::client
