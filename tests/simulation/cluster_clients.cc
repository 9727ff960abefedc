// What the clients of a ClusterWorld do, and what they expect of it.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/protocol/address.h"
#include "storage_core/client/object_key.h"
#include "storage_core/client/udp_lookup.h"
#include "tests/simulation/cluster_endpoint.h"
#include "tests/simulation/content.h"

namespace yundisk::simulation {
namespace {

constexpr std::chrono::milliseconds kPause{400};

std::optional<Code> FailureOf(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

template <typename T>
Result<void> Outcome(const Result<T>& result) {
  return result ? Result<void>() : Result<void>(result.error());
}

// Gives the content in uneven pieces.
client::Source SourceOf(const Bytes& bytes, SeededRandom& dice) {
  return [&bytes, &dice, at = std::size_t{0}](MutableByteView buffer) mutable {
    const std::size_t left = std::min(buffer.size(), bytes.size() - at);
    const std::size_t count = left == 0 ? 0 : 1 + dice.Below(left);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, buffer.begin());
    at += count;
    return Result<std::size_t>(count);
  };
}

}  // namespace

void ClusterWorld::Live(Endpoint& endpoint) {
  for (std::uint32_t i = 0; i < kOperationsPerClient && report_.violation.empty(); ++i) {
    Pause(scheduler_, kPause);
    const OperationId id{0, endpoint.number, i};
    if (!World::Begin(id)) continue;
    Happened(Count::kOperations);
    SeededRandom dice = DiceOf(id);
    Operate(endpoint, dice);
  }
}

void ClusterWorld::Operate(Endpoint& endpoint, SeededRandom& dice) {
  const std::size_t slot = dice.Below(in_use_.size());
  const std::uint64_t what = dice.Below(16);
  if (what < 7) return Upload(endpoint, slot, dice);
  if (what == 7) return DrawIds(endpoint, dice);
  if (!in_use_[slot]) return;
  File& file = files_[*in_use_[slot]];
  switch (what) {
    case 8:
    case 9: return Delete(endpoint, file);
    case 10: return LookUp(endpoint, file);
    case 11:
    case 12: return ReadRange(endpoint, file, dice);
    default: return Read(endpoint, file);
  }
}

// A new one belongs to the slot from now on.
ClusterWorld::File* ClusterWorld::NewFile(Endpoint& endpoint, std::size_t slot,
                                          SeededRandom& dice) {
  std::string user = fmt::format("user {}", slot % 3);
  std::string id;
  if (dice.OneIn(4)) {
    id = fmt::format("document {}", files_.size());  // in its owner's group
  } else {
    const Result<std::string> drawn = endpoint.cluster.NewFileId("app", user, 5000);
    if (!drawn) {
      Trace(fmt::format("client {}: no new file: {}", endpoint.number, drawn.error().message()));
      return nullptr;
    }
    id = *drawn;
    std::uint64_t number = 0;
    const char* const end = id.data() + id.size();
    std::from_chars(id.data() + id.find('/') + 1, end, number);
    Drawn("object", number);
  }
  in_use_[slot] = files_.size();
  return &files_.emplace_back(File{{"app", std::move(user), std::move(id)}});
}

// Where members may be missing, nothing decides between two contents of one id, which clients never
// give it (docs/replication.md).
ContentId ClusterWorld::ContentFor(File& file) {
  if (rules_.min_replicas == 0) return next_content_++;
  if (!file.content) file.content = next_content_++;
  return *file.content;
}

void ClusterWorld::Upload(Endpoint& endpoint, std::size_t slot, SeededRandom& dice) {
  constexpr int kTries = 2;
  File* file = in_use_[slot] ? &files_[*in_use_[slot]] : nullptr;
  if (file == nullptr || file->model.deleted() || dice.OneIn(4))
    file = NewFile(endpoint, slot, dice);
  for (int i = 0; i < kTries && file != nullptr; ++i) {
    const SteadyTime since = clock_.Steady();
    const ContentId content = ContentFor(*file);
    const Bytes bytes = ContentOf(content);
    file->model.Trying(content);
    const bool streamed = dice.OneIn(3);
    const Result<void> stored =
        streamed ? endpoint.cluster.Upload(file->key, bytes.size(), SourceOf(bytes, dice))
                 : endpoint.cluster.Upload(file->key, bytes);
    const auto failed = FailureOf(stored);
    Tell(fmt::format("upload of {} bytes", bytes.size()), *file, endpoint.machine, stored);
    Expect(*file, endpoint.machine, file->model.Uploaded(content, failed, clock_.Steady()));
    if (!failed) Happened(Count::kAcknowledged);
    if (!failed) CheckCopies(*file, since);
    if (!failed || *failed == Code::kExists || *failed == Code::kDeleted) return;
    // As the endpoints do: elsewhere, under a new id.
    file = NewFile(endpoint, slot, dice);
  }
}

// As many as were asked for must be on the members' disks; of those that ended meanwhile nothing is
// known.
void ClusterWorld::CheckCopies(const File& file, SteadyTime since) {
  const std::string group = GroupOf(file);
  const storage::ObjectKey key{file.key.application, file.key.user, file.key.file_id};
  std::size_t members = 0;
  std::size_t without = 0;
  for (const auto& storage : storages_) {
    if (storage->machine.group != group) continue;
    ++members;
    StorageProcess* const process = storage->process.get();
    if (process == nullptr || !process->serves() || process->started() >= since) continue;
    const auto known = Await(scheduler_, process->engine().Lookup(key));
    if (storage->process.get() == process && known && !known->has_value()) ++without;
  }
  const std::size_t wanted = rules_.min_replicas == 0 ? members : rules_.min_replicas;
  if (members - without < wanted)
    Violation(fmt::format("{} was acknowledged, but {} members do not have it", file.key.file_id,
                          without));
}

void ClusterWorld::Read(Endpoint& endpoint, File& file) {
  const SteadyTime since = clock_.Steady();
  Bytes bytes;
  const auto take = [&bytes](ByteView piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  };
  const Result<void> read = endpoint.cluster.Download(file.key, 0, 0, take);
  Tell("read", file, endpoint.machine, read);
  const auto failed = FailureOf(read);
  if (!failed)
    Expect(file, endpoint.machine, file.model.Found(Recognise(bytes), clock_.Steady(), false));
  else if (*failed == Code::kNotFound)
    Expect(file, endpoint.machine, file.model.NotFound(since));
  else if (*failed == Code::kCorrupt)
    Expect(file, endpoint.machine, read.error().message());
}

void ClusterWorld::ReadRange(Endpoint& endpoint, File& file, SeededRandom& dice) {
  const SteadyTime since = clock_.Steady();
  if (!file.model.CertainBefore(since)) return;
  const Bytes whole = ContentOf(*file.model.content());
  const std::uint64_t offset = dice.Below(whole.size());
  const std::uint64_t wanted = 1 + dice.Below(whole.size() - offset);
  Bytes bytes;
  const auto take = [&bytes](ByteView piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  };
  const Result<void> read = endpoint.cluster.Download(file.key, offset, wanted, take);
  Tell(fmt::format("read of {} bytes from {}", wanted, offset), file, endpoint.machine, read);
  // However far it came.
  const ByteView expected = ByteView(whole).subspan(offset, wanted);
  const bool right = bytes.size() <= wanted && (!read || bytes.size() == wanted) &&
                     std::ranges::equal(bytes, expected.first(std::min(bytes.size(), wanted)));
  if (!right) Expect(file, endpoint.machine, "a range of wrong bytes was read");
  if (!read && read.error().code() == Code::kNotFound)
    Expect(file, endpoint.machine, file.model.NotFound(since));
}

void ClusterWorld::Delete(Endpoint& endpoint, File& file) {
  const SteadyTime since = clock_.Steady();
  file.model.TryingToDelete();
  const Result<void> deleted = endpoint.cluster.Delete(file.key);
  Tell("delete", file, endpoint.machine, deleted);
  Expect(file, endpoint.machine, file.model.Deleted(FailureOf(deleted), since));
}

void ClusterWorld::DrawIds(Endpoint& endpoint, SeededRandom& dice) {
  const std::string key = fmt::format("key {}", dice.Below(4));
  for (std::uint64_t i = 0; i < 1 + dice.Below(20); ++i) {
    const Result<std::uint64_t> id = endpoint.cluster.NextId(key);
    if (!id) return Trace(fmt::format("client {}: {}", endpoint.number, id.error().message()));
    Drawn(key, *id);
  }
}

void ClusterWorld::Drawn(const std::string& key, std::uint64_t id) {
  if (!ids_[key].insert(id).second) Violation(fmt::format("id {} of {} was given twice", id, key));
}

void ClusterWorld::LookUp(Endpoint& endpoint, const File& file) {
  client::UdpOptions options;
  options.trackers = rules_.trackers;
  client::UdpLookup lookup(options, endpoint.environment);
  const Result<client::UdpRoute> route = lookup.Find(*client::OnWire(file.key));
  Tell("look-up", file, endpoint.machine, Outcome(route));
  if (!route) return;
  if (route->group != GroupOf(file))
    Expect(file, endpoint.machine, "looked up in another group: " + route->group);
}

void ClusterWorld::Expect(const File& file, const std::string& where, const std::string& misfit) {
  if (misfit.empty()) return;
  Violation(fmt::format("{} of {} at {}: {}", file.key.file_id, file.key.user, where, misfit));
}

void ClusterWorld::Tell(std::string_view what, const File& file, const std::string& where,
                        const Result<void>& outcome) const {
  if (!tracing() || over_) return;
  Trace(fmt::format("{}: {} of {}: {}", where, what, file.key.file_id,
                    outcome ? "done" : outcome.error().message()));
}

}  // namespace yundisk::simulation
