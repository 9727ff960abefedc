// Contents between a connection of the wire protocol and an engine.
#pragma once

#include <memory>
#include <optional>

#include "common/net/handler.h"
#include "storage_core/storage/engine.h"

namespace yundisk::storage {

// The content of an upload, from the request's body.
class RequestSource final : public ContentSource {
 public:
  explicit RequestSource(net::Request& request) : request_(request) {}
  Task<std::size_t> Read(MutableByteView buffer) override;

 private:
  net::Request& request_;
};

// Sends all of it as the reply's content.
Task<void> SendContent(Content& content, net::Reply& reply);

// Answers a request for content: wire::Download and wire::Fetch.
template <typename M>
net::Task<Result<void>> SendContentOf(Engine& engine, net::Request& request, net::Reply& reply) {
  CO_TRY(const M asked, co_await request.Read<M>());
  const ObjectKey key(asked.key.application.view(), asked.key.user.view(),
                      asked.key.file_id.view());
  const ByteRange range{asked.offset, asked.size_bytes};
  CO_TRY(const auto content, co_await engine.Open(key, range));
  co_return co_await SendContent(*content, reply);
}

}  // namespace yundisk::storage
