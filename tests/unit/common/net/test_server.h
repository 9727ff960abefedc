// A storage made of memory behind a real Server on a free port of 127.0.0.1.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/handler.h"
#include "common/net/server.h"

namespace yundisk::net {

// Uploads whole or in pieces, downloads whole or in pieces; a file id chooses which:
//   "whole/..."   Take and SendContent
//   "refuse/..."  fails before reading the content
//   "cut/..."     announces more than it sends
//   anything else streams in small pieces
class MemoryStorage final : public Handler {
 public:
  Task<Result<void>> Handle(Request& request, Reply& reply) override {
    ++calls;
    switch (request.command()) {
      case wire::Command::kUpload: return Upload(request, reply);
      case wire::Command::kDownload: return Download(request, reply);
      case wire::Command::kSize: return Size(request, reply);
      default: return Refuse();
    }
  }

  std::atomic<int> calls = 0;

 private:
  static constexpr std::size_t kPieceBytes = 1000;

  static Task<Result<void>> Refuse() { co_return Error(Code::kBadRequest, "not in this storage"); }

  Task<Result<void>> Upload(Request& request, Reply& reply) {
    CO_TRY(const wire::Upload upload, co_await request.Read<wire::Upload>());
    const std::string id = upload.key.file_id.str();
    if (id.starts_with("refuse/")) co_return Error(Code::kNoSpace, "upload " + id + ": full");
    std::string content;
    if (id.starts_with("whole/")) {
      CO_TRY(const ByteView taken,
             co_await request.Take(static_cast<std::size_t>(request.unread_bytes())));
      content = AsText(taken);
    }
    while (request.unread_bytes() > 0) {
      std::array<std::byte, kPieceBytes> piece;
      CO_TRY(const std::size_t count, co_await request.ReadInto(piece));
      content += AsText(ByteView(piece).first(count));
    }
    {
      const std::lock_guard lock(mutex_);
      objects_[id] = std::move(content);
    }
    co_return co_await reply.Send(wire::Empty{});
  }

  Task<Result<void>> Size(Request& request, Reply& reply) {
    CO_TRY(const wire::Size asked, co_await request.Read<wire::Size>());
    CO_TRY(const std::string content, Find(asked.key.file_id.str()));
    co_return co_await reply.Send(wire::ObjectSize{content.size()});
  }

  Task<Result<void>> Download(Request& request, Reply& reply) {
    CO_TRY(const wire::Download asked, co_await request.Read<wire::Download>());
    const std::string id = asked.key.file_id.str();
    CO_TRY(const std::string content, Find(id));
    if (id.starts_with("whole/")) co_return co_await reply.SendContent(AsBytes(content));
    reply.BeginContent(content.size() + (id.starts_with("cut/") ? 1 : 0));
    ByteView rest = AsBytes(content);
    while (!rest.empty()) {
      const ByteView piece = rest.first(std::min(rest.size(), kPieceBytes));
      CO_TRY_VOID(co_await reply.Write(piece));
      rest = rest.subspan(piece.size());
    }
    co_return Result<void>();
  }

  Result<std::string> Find(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return Error::Make(Code::kNotFound, "find {}: no such object", id);
    return found->second;
  }

  std::mutex mutex_;
  std::map<std::string, std::string> objects_;
};

class TestServer {
 public:
  explicit TestServer(Limits limits = {}, std::optional<wire::Secret> secret = std::nullopt,
                      const std::string& listen = "127.0.0.1:0")
      : server_(loops_, {listen, wire::Service::kStorage, "test", secret, limits}, storage_, clock_,
                random_) {
    const auto started = server_.Start();
    EXPECT_TRUE(started.ok()) << (started ? "" : started.error().message());
  }

  std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }
  MemoryStorage& storage() { return storage_; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  MemoryStorage storage_;
  LoopPool loops_{2};
  Server server_;
};

inline wire::ObjectKey KeyOf(std::string_view file_id) {
  return {wire::Text<16>::From("a").value(), wire::Text<256>::From("u").value(),
          wire::Text<128>::From(file_id).value()};
}

// The frame of an upload.
inline Bytes UploadFrame(std::string_view file_id, std::string_view content) {
  Bytes frame;
  wire::AppendRequest(frame, wire::Upload{KeyOf(file_id), content.size()});
  const ByteView bytes = AsBytes(content);
  frame.insert(frame.end(), bytes.begin(), bytes.end());
  return frame;
}

}  // namespace yundisk::net
