#include "storage_core/client/id_source.h"

#include <optional>
#include <utility>

namespace yundisk::client {

IdSource::IdSource(ConnectionPool& pool, const KnownServices& services, std::uint32_t block)
    : pool_(pool), services_(services), block_(block) {}

Result<std::uint64_t> IdSource::Next(std::string_view key) {
  {
    auto blocks = blocks_.Lock();
    const auto found = blocks->find(key);
    if (found != blocks->end() && found->second.next < found->second.end)
      return found->second.next++;
  }
  // Drawn without the lock: two threads that run dry together draw a block each, and the later one
  // to come back replaces what is left of the other.
  TRY(Block drawn, Draw(key));
  const std::uint64_t id = drawn.next++;
  blocks_.Lock()->insert_or_assign(std::string(key), drawn);
  return id;
}

Result<IdSource::Block> IdSource::Draw(std::string_view key) {
  TRY(const auto text, wire::TailText<64>::From(key));
  std::optional<Error> last;
  for (const Attempt& server : pool_.Attempts(services_.id_servers(), Pace::kPrompt)) {
    const auto call = [&](Connection& connection) {
      return connection.Call(wire::GetIds{block_, text});
    };
    auto ids = pool_.Run(server, wire::Service::kIdServer, call, [] { return true; });
    if (ids) return Block{ids->first_id, ids->first_id + ids->count};
    last = ids.error();
    if (last->code() != Code::kUnavailable) break;
  }
  return last.value_or(Error(Code::kUnavailable, "no ID server is configured"));
}

}  // namespace yundisk::client
