// One served connection: headers, authentication, the handler's calls, and how it ends. The Server
// runs one for each socket; the simulation and the tests run it over streams of their own.
//
//     header -> known command? length allowed? -> authenticated? -> Handler -> reply
//        ^                                                                      |
//        +---------------------- rest of the body thrown away <-----------------+
//
// Requests are handled one after the other, so pipelined replies keep their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/authenticator.h"
#include "common/net/handler.h"
#include "common/net/input_buffer.h"
#include "common/net/pace.h"
#include "common/net/server_options.h"
#include "common/net/session.h"
#include "common/net/stream.h"
#include "common/protocol/commands.h"
#include "common/protocol/header.h"

namespace yundisk::net {

// Bound to the stream's loop.
class Connection final : public Session {
 public:
  // Borrows everything but the stream while it lives.
  Connection(std::unique_ptr<Stream> stream, const ServerOptions& options, Handler& handler,
             const Clock& clock, Random& random);

  Task<void> Run() override;
  void Drain() override;
  void Abort() override;

 private:
  friend class Request;
  friend class Reply;
  enum class After : std::uint8_t { kStay, kClose };  // what becomes of the connection

  // How far the reply to the current request has come.
  struct ReplyState {
    bool begun = false;
    std::uint64_t content_left = 0;  // announced and not yet handed over
  };

  Task<Result<wire::Header>> ReadHeader();
  Task<After> Serve(const wire::Header& header);
  Result<void> Admit(const wire::Header& header) const;
  bool Greets() const;
  Task<After> Authenticate();
  Task<Result<void>> AnswerHello();
  Task<Result<void>> AnswerProve();
  Task<After> CallHandler();
  Task<After> Finish(Result<void> outcome);
  Task<After> RefuseAndClose(const Error& error);
  Task<Result<void>> SendRest();
  Task<Result<void>> SendFailure(const Error& error);
  Task<Result<void>> DiscardBody();
  Task<void> Linger();

  Task<Result<void>> ReadMore(std::size_t want);
  Task<Result<std::size_t>> ReadBody(MutableByteView to);
  Task<Result<void>> WriteStep(ByteView head, ByteView piece);

  // For Request and Reply.
  Task<Result<ByteView>> Take(std::size_t count);
  Task<Result<std::size_t>> ReadInto(MutableByteView to);
  Task<Result<void>> WriteFrame(ByteView content);
  Task<Result<void>> WriteContent(ByteView piece);
  Task<Result<void>> SendFile(FileRange range);

  std::unique_ptr<Stream> stream_;
  const ServerOptions* options_;
  Handler* handler_;
  const Clock* clock_;
  Authenticator authenticator_;

  InputBuffer input_;
  Bytes frame_;  // the head of the reply, until it is written
  const wire::CommandInfo* command_ = nullptr;
  std::uint64_t unread_bytes_ = 0;  // of the current body
  Pace pace_;                       // of the current body
  ReplyState reply_;
  bool idle_ = true;  // between two requests
  bool draining_ = false;
  bool input_broken_ = false;  // the peer ended in the middle of a body
};

}  // namespace yundisk::net
