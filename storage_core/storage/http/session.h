// One HTTP connection: heads in, answers out, one after the other, so pipelined answers keep their
// order. The bytes of an object go out as the engine vouches for them; when it finds damage after
// the head has left, the connection is cut: the client sees a short answer, never a wrong byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/net/input_buffer.h"
#include "common/net/session.h"
#include "common/net/stream.h"
#include "storage_core/client/object_url.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/http/answer.h"
#include "storage_core/storage/http/config.h"
#include "storage_core/storage/http/request.h"

namespace yundisk::storage {

// What all connections share; outlives them.
struct HttpParts {
  const HttpConfig& config;
  const client::UrlSigner& signer;
  Engine& engine;
  const Clock& clock;
};

class HttpSession final : public net::Session {
 public:
  HttpSession(std::unique_ptr<net::Stream> stream, const HttpParts& parts)
      : stream_(std::move(stream)), parts_(parts) {}

  net::Task<void> Run() override;
  void Drain() override;
  void Abort() override;

 private:
  enum class After : std::uint8_t { kStay, kClose };  // what becomes of the connection

  // The length of the next head; 0 when it is longer than kMaxHeadBytes; nothing when the
  // connection is at its end.
  Task<std::size_t> ReadHead();
  Task<void> ReadMore();
  net::Task<After> Serve(const HttpRequest& request);
  net::Task<Answer> Decide(const HttpRequest& request);
  net::Task<After> SendHeadOnly(const Answer& answer, bool keep_alive);
  net::Task<void> RefuseAndClose(const Answer& answer);
  void LogFailure(const Error& error) const;
  Task<void> SendAll(const Answer& answer, bool keep_alive);
  Task<void> SendRange(const http::ByteRange& range);
  Task<void> SendPiece(ByteView piece);
  Task<void> SendFile(FileRange range);
  Task<void> Flush();
  net::Task<void> Linger();

  std::unique_ptr<net::Stream> stream_;
  HttpParts parts_;
  net::InputBuffer input_;
  std::optional<ObjectKey> key_;  // of the current request
  std::string pending_;           // heads on their way out with the next piece
  bool begun_ = false;            // something of the answer has left
  bool idle_ = true;
  bool draining_ = false;
};

}  // namespace yundisk::storage
