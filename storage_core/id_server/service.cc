#include "storage_core/id_server/service.h"

namespace yundisk::id_server {

net::Task<Result<void>> Service::Handle(net::Request& request, net::Reply& reply) {
  if (request.command() == wire::Command::kGetId) {
    CO_TRY(const wire::GetId asked, co_await request.Read<wire::GetId>());
    CO_TRY(const Block block, co_await Take(asked.key.view(), 1));
    co_return co_await reply.Send(wire::Id{block.next});
  }
  CO_TRY(const wire::GetIds asked, co_await request.Read<wire::GetIds>());
  if (asked.count == 0 || asked.count > wire::kMaxIdsAtOnce)
    co_return Error::Make(Code::kBadRequest, "drawing {} ids: ask for 1 to {}", asked.count,
                          wire::kMaxIdsAtOnce);
  CO_TRY(const Block block, co_await Take(asked.key.view(), asked.count));
  co_return co_await reply.Send(wire::Ids{block.next, static_cast<std::uint32_t>(block.size())});
}

net::Task<Result<Block>> Service::Take(std::string_view key, std::uint32_t count) {
  if (const auto block = allocator_.TakeInHand(key, count)) co_return *block;
  // `key` lives in the caller's frame, which waits; named, see BlockingPool.
  const auto take = [this, key, count] { return allocator_.Take(key, count); };
  co_return co_await pool_.Run(take);
}

}  // namespace yundisk::id_server
