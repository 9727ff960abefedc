#include "common/net/handler.h"

#include "common/net/connection.h"

namespace yundisk::net {

wire::Command Request::command() const { return connection_->command_->command; }
std::string_view Request::peer() const { return connection_->stream_->peer(); }
std::string_view Request::local() const { return connection_->stream_->local(); }
std::uint64_t Request::unread_bytes() const { return connection_->unread_bytes_; }

Task<Result<ByteView>> Request::Take(std::size_t count) { return connection_->Take(count); }
Task<Result<std::size_t>> Request::ReadInto(MutableByteView to) {
  return connection_->ReadInto(to);
}

wire::Service Reply::service() const { return connection_->options_->service; }

Bytes& Reply::BeginFrame() {
  CHECK(!connection_->reply_.begun);
  connection_->reply_.begun = true;
  return connection_->frame_;
}

Task<Result<void>> Reply::SendFrame() { return connection_->WriteFrame({}); }

Task<Result<void>> Reply::SendContent(ByteView content) {
  wire::AppendContentHeader(BeginFrame(), service(), content.size());
  return connection_->WriteFrame(content);
}

void Reply::BeginContent(std::uint64_t content_bytes) {
  wire::AppendContentHeader(BeginFrame(), service(), content_bytes);
  connection_->reply_.content_left = content_bytes;
}

Task<Result<void>> Reply::Write(ByteView piece) { return connection_->WriteContent(piece); }

Task<Result<void>> Reply::SendFile(FileRange range) { return connection_->SendFile(range); }

}  // namespace yundisk::net
