#include "storage_core/storage/group.h"

#include <algorithm>
#include <optional>

#include <boost/asio/this_coro.hpp>

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
constexpr std::chrono::milliseconds kLookAgain{20};

// The content of a member's object, as an upload.
class FetchedSource final : public ContentSource {
 public:
  FetchedSource(net::Caller& caller, const std::atomic<bool>& stopping)
      : caller_(caller), stopping_(stopping) {}
  Task<std::size_t> Read(MutableByteView buffer) override {
    if (stopping_) co_return Error(Code::kUnavailable, "the storage is stopping");
    co_return co_await caller_.ReadContent(buffer);
  }

 private:
  net::Caller& caller_;
  const std::atomic<bool>& stopping_;
};

// An object of ours as an upload.
class OpenedSource final : public ContentSource {
 public:
  explicit OpenedSource(Content& content) : content_(content) {}

  Task<std::size_t> Read(MutableByteView buffer) override {
    if (piece_.empty()) { CO_TRY(piece_, co_await content_.Next()); }
    const std::size_t count = std::min(buffer.size(), piece_.size());
    std::ranges::copy(piece_.first(count), buffer.begin());
    piece_ = piece_.subspan(count);
    if (count == 0) co_return Error(Code::kCorrupt, "copying an object: it ends too early");
    co_return count;
  }

 private:
  Content& content_;
  ByteView piece_;
};

Result<void> Compare(const ObjectKey& key, bool deleted, bool same) {
  if (deleted)
    return Error::Make(Code::kDeleted, "uploading {}: the id was deleted and is never used again",
                       Shown(key.text()));
  if (!same)
    return Error::Make(Code::kExists, "uploading {}: the id has other content", Shown(key.text()));
  return {};
}

// Lets only that content become an object.
class ExpectedContent final : public ContentWatcher {
 public:
  explicit ExpectedContent(const Sha256& sha256) : sha256_(sha256) {}

  Task<void> BeforeCommit(const Digest& digest, RereadContent&) override {
    if (digest.sha256 == sha256_) co_return Result<void>();
    co_return Error(Code::kUnavailable,
                    "fetching from a member: other content came than announced");
  }

 private:
  const Sha256& sha256_;
};

}  // namespace

wire::ObjectKey OnWire(const ObjectKey& key) {
  // It came over the wire before.
  return {wire::Text<16>::Unchecked(key.application()), wire::Text<256>::Unchecked(key.user()),
          wire::Text<128>::Unchecked(key.file_id())};
}

wire::CompactKey Compact(const ObjectKey& key) {
  return {wire::CountedText<16>::Unchecked(key.application()),
          wire::CountedText<256>::Unchecked(key.user()),
          wire::CountedText<128>::Unchecked(key.file_id())};
}

ObjectKey FromWire(const wire::ObjectKey& key) {
  return {key.application.view(), key.user.view(), key.file_id.view()};
}

ObjectKey FromWire(const wire::CompactKey& key) {
  return {key.application.view(), key.user.view(), key.file_id.view()};
}

Group::Group(ReplicaEngine& engine, GroupOptions options, ConnectionsOf connections,
             const Clock& clock, net::Timer& timer, std::uint64_t incarnation)
    : engine_(engine),
      options_(std::move(options)),
      connections_(std::move(connections)),
      clock_(clock),
      timer_(timer),
      self_{wire::TextZ<128>::Unchecked(options_.rules.self), incarnation},
      peers_(options_.rules, clock),
      hidden_(clock, timer),
      releases_(self_) {}

Uploading Group::UploadingHere(std::uint64_t number) const {
  return {options_.rules.self, self_.incarnation, number};
}

Task<void> Group::Agree(const ObjectKey& key, const Sha256& sha256) {
  CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
  if (known) co_return Compare(key, known->deleted, known->digest.sha256 == sha256);
  const bool nothing_missing = peers_.InStep() && !Wanted(key.text());
  if (!peers_.IsFirst() || nothing_missing) co_return Result<void>();
  const std::vector<Target> others = peers_.Others();
  // An emptied disk does not know the members either: there is nobody to ask yet.
  if (others.empty() && !peers_.Alone())
    co_return Error::Make(Code::kUnavailable,
                          "uploading {}: the members of the group are not known yet",
                          Shown(key.text()));
  PeerConnections& connections = connections_(co_await boost::asio::this_coro::executor);
  for (const Target& target : others) {
    const Result<wire::LookedUp> asked = co_await LookUpAt(connections, target, key);
    // Where members may be missing, those that are do not count.
    if (!asked && !peers_.NeedsAll()) continue;
    CO_TRY(const wire::LookedUp there, asked);
    if (there.state == wire::KeyState::kUnknown) continue;
    CO_TRY_VOID(Compare(key, there.state == wire::KeyState::kDeleted, there.sha256 == sha256));
  }
  co_return Result<void>();
}

Task<wire::LookedUp> Group::LookUpAt(PeerConnections& connections, const Target& target,
                                     const ObjectKey& key) {
  const wire::LookUp ask{OnWire(key)};
  CO_TRY(const auto lease, co_await connections.Get(target));
  co_return co_await lease->caller().Call(ask);
}

Task<bool> Group::HasCopy(PeerConnections& connections, const Target& target, const ObjectKey& key,
                          const Sha256& sha256) {
  CO_TRY(const wire::LookedUp there, co_await LookUpAt(connections, target, key));
  if (there.state == wire::KeyState::kUnknown) co_return false;
  CO_TRY_VOID(Compare(key, there.state == wire::KeyState::kDeleted, there.sha256 == sha256));
  co_return true;
}

Task<void> Group::SendCopy(PeerConnections& connections, Target target, const wire::Store& head,
                           ContentSource& content, const Sha256& sha256) {
  CO_TRY(const auto lease, co_await connections.Get(std::move(target)));
  net::Caller& caller = lease->caller();
  caller.Begin(head);
  std::uint64_t left = head.size_bytes - wire::kStoreTrailerBytes;
  Bytes buffer(std::min<std::uint64_t>(left, kPieceBytes));
  while (left > 0) {
    const MutableByteView room = MutableByteView(buffer).first(std::min(left, buffer.size()));
    CO_TRY(const std::size_t got, co_await content.Read(room));
    const ByteView piece = room.first(got);
    CO_TRY_VOID(co_await caller.SendContent(piece));
    left -= got;
  }
  CO_TRY_VOID(co_await caller.SendContent(sha256));
  CO_TRY_VOID(co_await caller.Finish<wire::Store>(PatienceFor(head.size_bytes)));
  co_return Result<void>();
}

Task<void> Group::Push(PeerConnections& connections, Target target, const ObjectKey& key,
                       std::uint64_t upload) {
  CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
  if (!known || known->deleted)
    co_return Error::Make(Code::kNotFound, "copying {}: it is gone", Shown(key.text()));
  CO_TRY(const auto content, co_await engine_.Open(key, ByteRange{}));
  OpenedSource source(*content);
  const wire::Store head{self_, upload, OnWire(key), known->size_bytes + wire::kStoreTrailerBytes};
  co_return co_await SendCopy(connections, std::move(target), head, source, known->digest.sha256);
}

// Catching up, a reader that found damage and an operator may want the same object at once; whoever
// comes later finds it here.
Task<void> Group::Pull(PeerConnections& connections, Target target, const ObjectKey& key,
                       const Sha256& sha256, const std::atomic<bool>& stopping) {
  while (!pulling_.Lock()->insert(key.text()).second) co_await timer_.Sleep(kLookAgain);
  const Result<void> pulled =
      co_await PullNow(connections, std::move(target), key, sha256, stopping);
  pulling_.Lock()->erase(key.text());
  co_return pulled;
}

Task<void> Group::PullNow(PeerConnections& connections, Target target, const ObjectKey& key,
                          const Sha256& sha256, const std::atomic<bool>& stopping) {
  CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
  if (known && !known->damaged) co_return Result<void>();
  CO_TRY(const auto lease, co_await connections.Get(std::move(target)));
  const wire::Fetch fetch{OnWire(key), 0, 0};
  CO_TRY(const std::uint64_t size_bytes, co_await lease->caller().StartContent(fetch));
  FetchedSource source(lease->caller(), stopping);
  ExpectedContent expected(sha256);
  CO_TRY_VOID(co_await engine_.Put(key, size_bytes, source, expected));
  ++brought_;
  co_return Result<void>();
}

Task<void> Group::Bring(PeerConnections& connections, const ObjectKey& key,
                        const std::atomic<bool>& stopping) {
  const Result<void> here = co_await BringFromAny(connections, key, stopping);
  if (here) HaveNow(key.text());
  co_return here;
}

Task<void> Group::BringFromAny(PeerConnections& connections, const ObjectKey& key,
                               const std::atomic<bool>& stopping) {
  CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
  if (known && (known->deleted || !known->damaged)) co_return Result<void>();
  Error last(Code::kUnavailable, "no member is within reach");
  std::size_t without = 0;  // members that certainly do not have it
  for (const Target& target : peers_.WithinReach()) {
    const Result<void> brought = co_await BringFrom(connections, target, key, stopping);
    if (!brought && brought.error().code() == Code::kNotFound) ++without;
    if (brought) {
      LogInfo("brought {} from {}", Shown(key.text()), target.member.name);
      co_return Result<void>();
    }
    last = brought.error();
  }
  // An upload that came to nothing anywhere.
  if (!known && without == peers_.Others().size()) co_return Result<void>();
  co_return last;
}

Task<void> Group::BringFrom(PeerConnections& connections, const Target& target,
                            const ObjectKey& key, const std::atomic<bool>& stopping) {
  const wire::Stat stat{OnWire(key)};
  Sha256 sha256{};
  {
    CO_TRY(const auto lease, co_await connections.Get(target));
    CO_TRY(const wire::ObjectStat there, co_await lease->caller().Call(stat));
    sha256 = there.sha256;
  }
  co_return co_await Pull(connections, target, key, sha256, stopping);
}

bool Group::WantSoon(const std::string& key) {
  const auto wishes = wishes_.Lock();
  if (wishes->all.contains(key)) return true;
  if (wishes->all.size() >= options_.max_wanted) return false;
  wishes->all.insert(key);
  wishes->fresh.push_back(key);
  return true;
}

std::vector<std::string> Group::TakeWanted() {
  const auto wishes = wishes_.Lock();
  return std::exchange(wishes->fresh, {});
}

std::vector<std::string> Group::AllWanted() const {
  const auto wishes = wishes_.Lock();
  return {wishes->all.begin(), wishes->all.end()};
}

Lag Group::Behind() const {
  Lag lag = peers_.Behind();
  lag.changes += wishes_.Lock()->all.size();
  return lag;
}

bool Group::Wanted(const std::string& key) const {
  const auto wishes = wishes_.Lock();
  return !wishes->all.empty() && wishes->all.contains(key);
}

void Group::HaveNow(const std::string& key) { wishes_.Lock()->all.erase(key); }

}  // namespace yundisk::storage
