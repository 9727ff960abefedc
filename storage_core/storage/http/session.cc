#include "storage_core/storage/http/session.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>

#include "common/base/check.h"
#include "common/base/log.h"

namespace yundisk::storage {
namespace {

// An answer is written in steps of this size, each with the stall timeout of its own.
constexpr std::uint64_t kWriteStepBytes = std::uint64_t{256} << 10U;
// How long and how much is read from a client that was told to go: a close with unread bytes would
// let the kernel throw away the answer on its way.
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::uint64_t kLingerBytes = std::uint64_t{4} << 20U;

std::int64_t MsSince1970(WallTime time) { return time.time_since_epoch().count(); }

ObjectKey KeyOf(const client::ObjectUrl& url) { return {url.application, url.user, url.file_id}; }

}  // namespace

net::Task<void> HttpSession::Run() {
  while (!draining_) {
    const Result<std::size_t> head = co_await ReadHead();
    if (!head) break;
    if (*head == 0) {
      const Answer answer = Problem(431, "headers_too_large", "A head has at most 16 KiB.");
      co_await RefuseAndClose(answer);
      break;
    }
    const Result<HttpRequest> request = ParseHead(input_.view().first(*head));
    input_.Consume(*head);
    if (!request) {
      Log(LogLevel::kDebug, "{}: {}", stream_->peer(), request.error().message());
      const Answer answer =
          Problem(400, Info(Code::kBadRequest).name, "The request is not understood.");
      co_await RefuseAndClose(answer);
      break;
    }
    const After after = co_await Serve(*request);
    if (after == After::kClose) break;
    input_.Shrink();
  }
  stream_->Close();
}

void HttpSession::Drain() {
  draining_ = true;
  if (idle_) stream_->Close();
}

void HttpSession::Abort() {
  draining_ = true;
  stream_->Close();
}

Task<std::size_t> HttpSession::ReadHead() {
  idle_ = input_.size() == 0;
  const SteadyTime now = parts_.clock.Steady();
  if (idle_)
    stream_->SetDeadline(now + parts_.config.idle_timeout_s);
  else
    stream_->SetDeadline(now + parts_.config.header_timeout_s);
  std::size_t known = 0;
  for (;;) {
    const std::size_t length = HeadLength(input_.view(), known);
    if (length > kMaxHeadBytes || (length == 0 && input_.size() >= kMaxHeadBytes))
      co_return std::size_t{0};
    if (length > 0) {
      idle_ = false;
      stream_->SetDeadline(net::kNever);
      co_return length;
    }
    known = input_.size();
    CO_TRY_VOID(co_await ReadMore());
    if (std::exchange(idle_, false))
      stream_->SetDeadline(parts_.clock.Steady() + parts_.config.header_timeout_s);
  }
}

Task<void> HttpSession::ReadMore() {
  const bool usual = input_.size() < net::InputBuffer::kUsualBytes;
  const MutableByteView room = input_.Space(usual ? net::InputBuffer::kUsualBytes : kMaxHeadBytes);
  CO_TRY(const std::size_t count, co_await stream_->ReadSome(room));
  if (count == 0) co_return Error(Code::kUnavailable, "the client has closed the connection");
  input_.Added(count);
  co_return Result<void>();
}

net::Task<HttpSession::After> HttpSession::Serve(const HttpRequest& request) {
  const bool keep_alive = request.keep_alive && !request.has_body && !draining_;
  const Answer answer = co_await Decide(request);
  if (request.method == HttpMethod::kHead) co_return co_await SendHeadOnly(answer, keep_alive);
  begun_ = false;
  const Result<void> sent = co_await SendAll(answer, keep_alive);
  if (sent && keep_alive) co_return After::kStay;
  if (sent) co_await Linger();
  if (sent) co_return After::kClose;
  LogFailure(sent.error());
  if (begun_) co_return After::kClose;
  // The first piece could not be read, and nothing has left yet.
  const Answer failure = FailureOf(sent.error());
  pending_.clear();
  const Result<void> told = co_await SendAll(failure, keep_alive);
  const bool stays = told.ok() && keep_alive;
  co_return stays ? After::kStay : After::kClose;
}

// Objects that are not there and clients that go away (a player that seeks) are everyday; damage
// and failing disks are not.
void HttpSession::LogFailure(const Error& error) const {
  const Code code = error.code();
  const bool everyday =
      code == Code::kNotFound || code == Code::kUnavailable || code == Code::kTimeout;
  Log(everyday ? LogLevel::kDebug : LogLevel::kWarning, "{}: an answer failed: {}", stream_->peer(),
      error.message());
}

net::Task<Answer> HttpSession::Decide(const HttpRequest& request) {
  if (request.method == HttpMethod::kOther) co_return MethodRefusal();
  if (request.has_body)
    co_return Problem(400, Info(Code::kBadRequest).name, "Objects are read without a body.");
  const std::uint64_t now_s = SecondsSince1970(parts_.clock.Now());
  const auto life_s = static_cast<std::uint64_t>(parts_.config.max_url_life_s.count());
  const auto verified = parts_.signer.Verify(request.target, {now_s, life_s});
  if (const auto* fault = std::get_if<client::UrlFault>(&verified)) co_return RefusalOf(*fault);
  const auto& url = std::get<client::ObjectUrl>(verified);
  key_ = KeyOf(url);
  const Result<ObjectInfo> object = co_await parts_.engine.Stat(*key_);
  if (!object) {
    LogFailure(object.error());
    co_return FailureOf(object.error());
  }
  co_return AnswerFor(request, url, *object, now_s);
}

net::Task<HttpSession::After> HttpSession::SendHeadOnly(const Answer& answer, bool keep_alive) {
  pending_ = HeadOf(answer, keep_alive, MsSince1970(parts_.clock.Now()));
  const Result<void> sent = co_await Flush();
  if (sent && !keep_alive) co_await Linger();
  const bool stays = sent.ok() && keep_alive;
  co_return stays ? After::kStay : After::kClose;
}

// What the client still sends is not read as requests.
net::Task<void> HttpSession::RefuseAndClose(const Answer& answer) {
  const Result<void> sent = co_await SendAll(answer, false);
  if (sent) co_await Linger();
}

Task<void> HttpSession::SendAll(const Answer& answer, bool keep_alive) {
  pending_ = HeadOf(answer, keep_alive, MsSince1970(parts_.clock.Now()));
  for (const Answer::Part& part : answer.parts) {
    pending_ += part.before;
    CO_TRY_VOID(co_await SendRange(part.range));
  }
  pending_ += answer.end;
  co_return co_await Flush();
}

// One range of the object, with what is pending before it.
Task<void> HttpSession::SendRange(const http::ByteRange& range) {
  const ByteRange wanted{range.offset, range.length};
  CO_TRY(const auto content, co_await parts_.engine.Open(*key_, wanted));
  if (content->size_bytes() != range.length)
    co_return Error(Code::kCorrupt, "the object is not as long as its index says");
  for (std::uint64_t left = range.length; left > 0;) {
    CO_TRY(const std::optional<FileRange> file, co_await content->NextInFile());
    if (file) {
      CHECK(file->size_bytes > 0 && file->size_bytes <= left);
      left -= file->size_bytes;
      CO_TRY_VOID(co_await SendFile(*file));
      continue;
    }
    CO_TRY(const ByteView piece, co_await content->Next());
    if (piece.empty()) co_return Error(Code::kCorrupt, "the object ends too early");
    CHECK(piece.size() <= left);
    left -= piece.size();
    CO_TRY_VOID(co_await SendPiece(piece));
  }
  co_return Result<void>();
}

Task<void> HttpSession::SendPiece(ByteView piece) {
  while (!piece.empty()) {
    const auto step_bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), kWriteStepBytes));
    const std::array parts{AsBytes(pending_), piece.first(step_bytes)};
    begun_ = true;
    stream_->SetDeadline(parts_.clock.Steady() + parts_.config.stall_timeout_s);
    CO_TRY_VOID(co_await stream_->Write(parts));
    pending_.clear();
    piece = piece.subspan(step_bytes);
  }
  stream_->SetDeadline(net::kNever);
  co_return Result<void>();
}

Task<void> HttpSession::SendFile(FileRange range) {
  while (range.size_bytes > 0) {
    const net::FileRange step{range.descriptor, range.offset,
                              std::min(range.size_bytes, kWriteStepBytes)};
    begun_ = true;
    stream_->SetDeadline(parts_.clock.Steady() + parts_.config.stall_timeout_s);
    const ByteView head = AsBytes(pending_);
    CO_TRY_VOID(co_await stream_->SendFile(head, step));
    pending_.clear();
    range.offset += step.bytes;
    range.size_bytes -= step.bytes;
  }
  stream_->SetDeadline(net::kNever);
  co_return Result<void>();
}

// Writes what is still pending.
Task<void> HttpSession::Flush() {
  if (pending_.empty()) co_return Result<void>();
  const std::array parts{AsBytes(pending_)};
  begun_ = true;
  stream_->SetDeadline(parts_.clock.Steady() + parts_.config.stall_timeout_s);
  CO_TRY_VOID(co_await stream_->Write(parts));
  pending_.clear();
  stream_->SetDeadline(net::kNever);
  co_return Result<void>();
}

net::Task<void> HttpSession::Linger() {
  stream_->ShutdownWrite();
  stream_->SetDeadline(parts_.clock.Steady() + kLingerTime);
  input_.Consume(input_.size());
  for (std::uint64_t read = 0; read < kLingerBytes;) {
    const MutableByteView room = input_.Space(net::InputBuffer::kUsualBytes);
    const Result<std::size_t> count = co_await stream_->ReadSome(room);
    if (!count || *count == 0) break;
    read += *count;
  }
}

}  // namespace yundisk::storage
