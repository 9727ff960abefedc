// The ID server's commands (40 get id, 41 get ids) on the server of the wire protocol.
#pragma once

#include "common/net/blocking_pool.h"
#include "common/net/handler.h"
#include "storage_core/id_server/allocator.h"

namespace yundisk::id_server {

// Thread-safe. Ids in hand are answered on the loop; only a missing block goes to the pool.
class Service final : public net::Handler {
 public:
  // Both are borrowed.
  Service(Allocator& allocator, net::BlockingRunner& pool) : allocator_(allocator), pool_(pool) {}
  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override;

 private:
  net::Task<Result<Block>> Take(std::string_view key, std::uint32_t count);

  Allocator& allocator_;
  net::BlockingRunner& pool_;
};

}  // namespace yundisk::id_server
