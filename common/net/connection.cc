#include "common/net/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/log.h"
#include "common/protocol/failure.h"
#include "common/protocol/frame.h"

namespace yundisk::net {
namespace {

// A reply is written in steps of this size, each with the stall timeout of its own.
constexpr std::size_t kWriteStepBytes = std::size_t{256} << 10U;
// How long and how much we read from a peer that was told to go before the connection is closed: a
// close with unread bytes would let the kernel throw away the reply on its way.
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::uint64_t kLingerBytes = std::uint64_t{4} << 20U;

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream, const ServerOptions& options,
                       Handler& handler, const Clock& clock, Random& random)
    : stream_(std::move(stream)),
      options_(&options),
      handler_(&handler),
      clock_(&clock),
      authenticator_(options.secret, random) {}

Task<void> Connection::Run() {
  while (!draining_) {
    const Result<wire::Header> header = co_await ReadHeader();
    if (!header) break;
    if (co_await Serve(*header) == After::kClose) break;
    input_.Shrink();
  }
  stream_->Close();
}

void Connection::Drain() {
  draining_ = true;
  if (idle_) stream_->Close();
}

void Connection::Abort() {
  draining_ = true;
  stream_->Close();
}

Task<Result<wire::Header>> Connection::ReadHeader() {
  idle_ = input_.size() == 0;
  const Limits& limits = options_->limits;
  const bool may_idle = idle_ && !authenticator_.needed();
  stream_->SetDeadline(clock_->Steady() +
                       (may_idle ? limits.idle_timeout_s : limits.header_timeout_s));
  if (idle_) {
    // Thousands of connections may be idle: none holds a buffer meanwhile.
    input_.Release();
    co_await stream_->WaitForInput();
  }
  while (input_.size() < wire::kHeaderBytes) {
    CO_TRY_VOID(co_await ReadMore(wire::kHeaderBytes));
    if (std::exchange(idle_, false))
      stream_->SetDeadline(clock_->Steady() + limits.header_timeout_s);
  }
  stream_->SetDeadline(kNever);
  idle_ = false;
  const auto header = wire::DecodeHeader(input_.view().first<wire::kHeaderBytes>());
  input_.Consume(wire::kHeaderBytes);
  co_return header;
}

Task<Connection::After> Connection::Serve(const wire::Header& header) {
  frame_.clear();
  reply_ = {};
  command_ = wire::FindCommand(options_->service, header.command);
  unread_bytes_ = header.body_bytes;
  pace_ = Pace(options_->limits);
  const Result<void> admitted = Admit(header);
  if (!admitted) co_return co_await RefuseAndClose(admitted.error());
  if (Greets()) co_return co_await Authenticate();
  co_return co_await CallHandler();
}

// True for the commands that authenticate.
bool Connection::Greets() const {
  return command_->command == wire::Command::kHello || command_->command == wire::Command::kProve;
}

Result<void> Connection::Admit(const wire::Header& header) const {
  if (command_ == nullptr)
    return Error::Make(Code::kBadRequest, "command {}: a {} does not know it", header.command,
                       wire::ServiceName(options_->service));
  if (header.status != wire::kSuccess)
    return Error::Make(Code::kBadRequest, "{}: status {} in a request", command_->name,
                       header.status);
  if (header.body_bytes < command_->min_request_bytes ||
      header.body_bytes > command_->max_request_bytes)
    return Error::Make(Code::kBadRequest, "{}: a body of {} bytes, want {} to {}", command_->name,
                       header.body_bytes, command_->min_request_bytes, command_->max_request_bytes);
  if (authenticator_.needed() && !Greets())
    return Error::Make(Code::kUnauthenticated, "{}: authenticate first", command_->name);
  return {};
}

Task<Connection::After> Connection::Authenticate() {
  Result<void> outcome;
  if (command_->command == wire::Command::kHello)
    outcome = co_await AnswerHello();
  else
    outcome = co_await AnswerProve();
  if (!outcome && authenticator_.needed()) co_return co_await RefuseAndClose(outcome.error());
  co_return co_await Finish(outcome);
}

Task<Result<void>> Connection::AnswerHello() {
  CO_TRY(const wire::Hello hello, co_await Request(*this).Read<wire::Hello>());
  CO_TRY(const wire::Greeting greeting, authenticator_.OnHello(hello));
  co_return co_await Reply(*this).Send(greeting);
}

Task<Result<void>> Connection::AnswerProve() {
  CO_TRY(const wire::Prove prove, co_await Request(*this).Read<wire::Prove>());
  CO_TRY_VOID(authenticator_.OnProve(prove));
  co_return co_await Reply(*this).Send(wire::Empty{});
}

Task<Connection::After> Connection::CallHandler() {
  Request request(*this);
  Reply reply(*this);
  Result<void> outcome = co_await handler_->Handle(request, reply);
  co_return co_await Finish(std::move(outcome));
}

Task<Connection::After> Connection::Finish(Result<void> outcome) {
  CHECK(reply_.begun || !outcome);
  if (reply_.begun && (!outcome || reply_.content_left > 0)) {
    LogInfo("{}: the reply to {} was cut: {}", command_->name, stream_->peer(),
            outcome ? "shorter than announced" : outcome.error().message());
    co_return After::kClose;
  }
  if (input_broken_ && !outcome) co_return co_await RefuseAndClose(outcome.error());
  Result<void> sent;
  if (outcome)
    sent = co_await SendRest();
  else
    sent = co_await SendFailure(outcome.error());
  if (!sent) co_return After::kClose;
  if (unread_bytes_ > kMaxDrainBytes) {
    co_await Linger();
    co_return After::kClose;
  }
  co_return co_await DiscardBody() ? After::kStay : After::kClose;
}

// The header of an empty content waits for a first piece that never comes.
Task<Result<void>> Connection::SendRest() {
  if (!frame_.empty()) CO_TRY_VOID(co_await WriteFrame({}));
  co_return Result<void>();
}

Task<Connection::After> Connection::RefuseAndClose(const Error& error) {
  const Result<void> sent = co_await SendFailure(error);
  if (sent) co_await Linger();
  co_return After::kClose;
}

Task<Result<void>> Connection::SendFailure(const Error& error) {
  Log(LogLevel::kDebug, "{}: {}", stream_->peer(), error.message());
  frame_.clear();
  wire::AppendFailure(frame_, options_->service, wire::FailureFrom(options_->node, error));
  return WriteFrame({});
}

Task<Result<void>> Connection::DiscardBody() {
  while (unread_bytes_ > 0) {
    const auto buffered =
        static_cast<std::size_t>(std::min<std::uint64_t>(unread_bytes_, InputBuffer::kUsualBytes));
    CO_TRY_VOID(co_await Take(buffered));
  }
  co_return Result<void>();
}

Task<void> Connection::Linger() {
  stream_->ShutdownWrite();
  stream_->SetDeadline(clock_->Steady() + kLingerTime);
  input_.Consume(input_.size());
  for (std::uint64_t read = 0; read < kLingerBytes;) {
    const auto count = co_await stream_->ReadSome(input_.Space(InputBuffer::kUsualBytes));
    if (!count || *count == 0) break;
    read += *count;
  }
}

// One read into the buffer, which then has room for `want` bytes. The caller sets the deadline.
Task<Result<void>> Connection::ReadMore(std::size_t want) {
  CO_TRY(const std::size_t count, co_await stream_->ReadSome(input_.Space(want)));
  if (count == 0) co_return Error(Code::kUnavailable, "the peer has closed the connection");
  input_.Added(count);
  co_return Result<void>();
}

// One read of body bytes, held to the pace.
Task<Result<std::size_t>> Connection::ReadBody(MutableByteView to) {
  const SteadyTime start = clock_->Steady();
  stream_->SetDeadline(pace_.Deadline(start));
  CO_TRY(const std::size_t count, co_await stream_->ReadSome(to));
  stream_->SetDeadline(kNever);
  if (count == 0) {
    input_broken_ = true;
    co_return Error::Make(Code::kBadRequest, "{}: the body ended {} bytes short", command_->name,
                          unread_bytes_);
  }
  pace_.Received(count, clock_->Steady() - start);
  co_return count;
}

Task<Result<ByteView>> Connection::Take(std::size_t count) {
  CHECK(count <= Request::kMaxTakeBytes);
  if (count > unread_bytes_)
    co_return Error::Make(Code::kBadRequest, "{}: the body is {} bytes too short", command_->name,
                          count - unread_bytes_);
  while (input_.size() < count) {
    CO_TRY(const std::size_t read, co_await ReadBody(input_.Space(count)));
    input_.Added(read);
  }
  const ByteView taken = input_.view().first(count);
  input_.Consume(count);
  unread_bytes_ -= count;
  co_return taken;
}

Task<Result<std::size_t>> Connection::ReadInto(MutableByteView to) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), unread_bytes_));
  const std::size_t buffered = std::min(wanted, input_.size());
  std::ranges::copy(input_.view().first(buffered), to.begin());
  input_.Consume(buffered);
  unread_bytes_ -= buffered;
  for (std::size_t filled = buffered; filled < wanted;) {
    CO_TRY(const std::size_t read, co_await ReadBody(to.subspan(filled, wanted - filled)));
    filled += read;
    unread_bytes_ -= read;
  }
  co_return wanted;
}

Task<Result<void>> Connection::WriteStep(ByteView head, ByteView piece) {
  stream_->SetDeadline(clock_->Steady() + options_->limits.stall_timeout_s);
  const std::array parts{head, piece};
  CO_TRY_VOID(co_await stream_->Write(parts));
  stream_->SetDeadline(kNever);
  co_return Result<void>();
}

// Writes what waits in frame_ and then `content`.
Task<Result<void>> Connection::WriteFrame(ByteView content) {
  do {
    const ByteView step = content.first(std::min(content.size(), kWriteStepBytes));
    CO_TRY_VOID(co_await WriteStep(frame_, step));
    frame_.clear();
    content = content.subspan(step.size());
  } while (!content.empty());
  co_return Result<void>();
}

Task<Result<void>> Connection::WriteContent(ByteView piece) {
  CHECK(reply_.begun && piece.size() <= reply_.content_left);
  reply_.content_left -= piece.size();
  return WriteFrame(piece);
}

Task<Result<void>> Connection::SendFile(FileRange range) {
  CHECK(reply_.begun && range.bytes <= reply_.content_left);
  reply_.content_left -= range.bytes;
  while (range.bytes > 0) {
    const FileRange step{range.file, range.offset,
                         std::min<std::uint64_t>(range.bytes, kWriteStepBytes)};
    stream_->SetDeadline(clock_->Steady() + options_->limits.stall_timeout_s);
    CO_TRY_VOID(co_await stream_->SendFile(frame_, step));
    frame_.clear();
    range.offset += step.bytes;
    range.bytes -= step.bytes;
  }
  stream_->SetDeadline(kNever);
  co_return Result<void>();
}

}  // namespace yundisk::net
