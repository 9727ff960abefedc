#include "storage_core/storage/peer_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "storage_core/storage/wire_content.h"

namespace yundisk::storage {
namespace {

// A row takes at most this much of the reply.
constexpr std::size_t kRowBytes = ObjectKey::kMaxBytes + 50;
constexpr std::size_t kMaxRows = wire::kMaxChangesBytes / kRowBytes;

// A coordinator is done this long, and its wait for copies, after a copy is durable.
constexpr std::chrono::seconds kSettled{20};
static_assert(kSettled > 2 * PeerTable::kSilentAfter);

// Stores only what is what its sender had: compares the trailer behind the content. From then on
// the key is hidden.
class TrailerCheck final : public ContentWatcher {
 public:
  TrailerCheck(Group& group, const ObjectKey& key, const Uploading& by, net::Request& request)
      : group_(group), key_(key), by_(by), request_(request) {}

  Task<void> BeforeCommit(const Digest& digest, RereadContent&) override {
    CO_TRY(const ByteView trailer, co_await request_.Take(wire::kStoreTrailerBytes));
    if (!std::ranges::equal(trailer, digest.sha256))
      co_return Error(Code::kBadRequest, "storing a copy: its SHA-256 is not the announced one");
    CO_TRY_VOID(co_await group_.hidden().HideSoon(key_.text(), by_, group_.options().copy_wait));
    co_return co_await group_.Agree(key_, digest.sha256);
  }

 private:
  Group& group_;
  const ObjectKey& key_;
  const Uploading& by_;
  net::Request& request_;
};

// Of the newest of them, in seconds.
std::uint32_t AgeOf(const std::vector<Change>& rows, const Clock& clock) {
  std::uint64_t newest_s = 0;
  for (const Change& row : rows) newest_s = std::max(newest_s, row.at_s);
  const std::uint64_t now_s = SecondsSince1970(clock.Now());
  return static_cast<std::uint32_t>(now_s - std::min(now_s, newest_s));
}

}  // namespace

net::Task<Result<void>> PeerService::Handle(net::Request& request, net::Reply& reply) {
  switch (request.command()) {
    case wire::Command::kChanges: return Changes(request, reply);
    case wire::Command::kStore: return Store(request, reply);
    case wire::Command::kRelease: return Release(request, reply);
    case wire::Command::kBury: return Bury(request, reply);
    case wire::Command::kLookUp: return LookUp(request, reply);
    default:  // the server lets no others through
      CHECK(request.command() == wire::Command::kFetch);
      return SendContentOf<wire::Fetch>(group_.engine(), request, reply);
  }
}

net::Task<Result<void>> PeerService::LookUp(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::LookUp asked, co_await request.Read<wire::LookUp>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY(const std::optional<Known> known, co_await group_.engine().Lookup(key));
  wire::LookedUp answer;
  if (known) answer.state = known->deleted ? wire::KeyState::kDeleted : wire::KeyState::kThere;
  if (known) answer.sha256 = known->digest.sha256;
  co_return co_await reply.Send(answer);
}

net::Task<Result<void>> PeerService::Changes(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Changes asked, co_await request.Read<wire::Changes>());
  ReplicaEngine& engine = group_.engine();
  ChangePosition after;
  const ChangePosition end = engine.end_of_changes();
  if (asked.log == engine.identity()) after = {asked.after.volume, asked.after.offset};
  if (after > end) after = {};
  wire::ChangesRead read;
  read.log = engine.identity();
  read.incarnation = group_.self().incarnation;
  const bool in_step =
      group_.peers().Polled(asked.sender.host_name.str(), asked.sender.incarnation, after, end);
  read.in_step = in_step ? 1 : 0;
  const std::size_t count = std::min<std::size_t>(asked.count, kMaxRows);
  CO_TRY(storage::Changes changes, co_await engine.ChangesAfter(after, count));
  read.next = {changes.next.volume, changes.next.offset};
  read.end = {changes.end.volume, changes.end.offset};
  read.left = changes.left;
  if (changes.left > 0) read.left_seconds = AgeOf(changes.rows, group_.clock());
  read.rows.items.reserve(changes.rows.size());
  for (const Change& change : changes.rows) {
    const ObjectKey key(change.key);
    read.rows.items.push_back({Compact(key), static_cast<std::uint8_t>(change.deleted),
                               change.size_bytes, change.sha256});
  }
  co_return co_await reply.Send(read);
}

net::Task<Result<void>> PeerService::Store(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Store asked, co_await request.Read<wire::Store>());
  if (asked.size_bytes < wire::kStoreTrailerBytes)
    co_return Error(Code::kBadRequest, "storing a copy: it lacks its trailer");
  const ObjectKey key = FromWire(asked.key);
  const Uploading by{asked.sender.host_name.str(), asked.sender.incarnation, asked.upload};
  RequestSource source(request);
  TrailerCheck check(group_, key, by, request);
  const std::uint64_t size_bytes = asked.size_bytes - wire::kStoreTrailerBytes;
  const Result<void> stored = co_await group_.engine().Put(key, size_bytes, source, check);
  if (!stored) {
    group_.hidden().Show(key.text(), by);
    co_return stored;
  }
  group_.hidden().ShowLater(key.text(), by, group_.options().copy_wait + kSettled);
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> PeerService::Release(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Release asked, co_await request.Read<wire::Release>());
  Uploading by{asked.sender.host_name.str(), asked.sender.incarnation};
  for (const wire::Released& copy : asked.copies.items) {
    by.number = copy.upload;
    group_.hidden().Show(FromWire(copy.key).text(), by);
  }
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> PeerService::Bury(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Bury asked, co_await request.Read<wire::Bury>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY_VOID(co_await group_.engine().Bury(key));
  co_return co_await reply.Send(wire::Empty{});
}

}  // namespace yundisk::storage
