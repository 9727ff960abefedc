// Who looks on in a ClusterWorld: asks trackers and ID servers, and every member for every key.
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/net/caller.h"
#include "common/protocol/address.h"
#include "storage_core/client/object_key.h"
#include "tests/simulation/cluster_endpoint.h"
#include "tests/simulation/content.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::milliseconds kAskEvery{700};
constexpr std::chrono::milliseconds kTimeout{1000};
constexpr std::chrono::milliseconds kCallTimeout{15'000};
// A storage is OFFLINE after three seconds of silence; a beat may have been under way.
constexpr std::chrono::milliseconds kKnownDead =
    std::chrono::milliseconds(3000) + SimulatedNetwork::kLongestDelay;

std::vector<std::string> FieldsOf(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, '\t');) fields.push_back(field);
  return fields;
}

// What of a group list is not well; empty: all these storages are offered.
std::string Trouble(const std::string& list, std::set<std::string> addresses) {
  std::istringstream text(list);
  for (std::string line; std::getline(text, line);) {
    const auto fields = FieldsOf(line);
    if (fields[0] != "storage" || fields.size() < 13) continue;
    if (fields[7] != "2" || fields[12] != "offered" || addresses.erase(fields[3]) == 0)
      return "a tracker says: " + line;
  }
  return addresses.empty() ? "" : "a tracker does not know " + *addresses.begin();
}

}  // namespace

void ClusterWorld::NoteContacts() {
  for (const auto& daemon : daemons_) {
    if (!daemon->tracker) continue;
    const std::string tracker = MachineOf(daemon->address);
    for (const auto& storage : storages_) {
      const std::string& address = storage->machine.address;
      if (storage->process && !network_.IsCut(MachineOf(address), tracker))
        contacts_[{daemon->address, address}] = clock_.Steady();
    }
  }
}

awaitable<void> ClusterWorld::Observe() {
  std::map<std::string, std::uint64_t> last;
  while (!over_) {
    co_await scheduler_.Sleep(kAskEvery);
    for (const auto& daemon : daemons_) {
      if (!daemon->process || over_) continue;
      if (daemon->tracker)
        static_cast<void>(co_await AskForPlace(*daemon));
      else
        static_cast<void>(co_await DrawIn(*daemon, last[daemon->address]));
    }
  }
}

// A tracker must not offer for new content what it has to know to be dead.
storage::Task<void> ClusterWorld::AskForPlace(const Daemon& tracker) {
  const std::string address = tracker.address;
  CO_TRY(const auto stream, co_await observer_->Connect(address, kTimeout));
  net::Caller caller(*stream, wire::Service::kTracker, clock_, kTimeout);
  const SteadyTime asked = clock_.Steady();
  const wire::Place place{wire::Text<16>::Unchecked("app"), wire::Text<256>::Unchecked("user"),
                          100};
  CO_TRY(const wire::Location location, co_await caller.Call(place));
  CO_TRY(const auto offered, wire::ParseAddresses(location.addresses.view()));
  NoteContacts();
  for (const std::string& storage : offered) {
    const auto contact = contacts_.find({address, storage});
    if (contact == contacts_.end() || contact->second + kKnownDead >= asked) continue;
    Violation(fmt::format("tracker {} offers {}, which it cannot have heard for {} ms", address,
                          storage, (asked - contact->second) / std::chrono::milliseconds(1)));
  }
  co_return Result<void>();
}

// The ids of one server increase, also across its restarts.
storage::Task<void> ClusterWorld::DrawIn(const Daemon& id_server, std::uint64_t& last) {
  const std::string address = id_server.address;
  CO_TRY(const auto stream, co_await observer_->Connect(address, kTimeout));
  net::Caller caller(*stream, wire::Service::kIdServer, clock_, kTimeout);
  const wire::GetId ask{wire::TailText<64>::Unchecked("observer")};
  CO_TRY(const wire::Id id, co_await caller.Call(ask));
  Drawn("observer", id.id);
  if (id.id <= last) Violation(fmt::format("{} gives id {} after {}", address, id.id, last));
  last = id.id;
  co_return Result<void>();
}

storage::Task<std::string> ClusterWorld::GroupList(const Daemon& tracker) {
  CO_TRY(const auto stream, co_await observer_->Connect(tracker.address, kTimeout));
  net::Caller caller(*stream, wire::Service::kTracker, clock_, kTimeout);
  CO_TRY(const wire::Groups groups, co_await caller.Call(wire::GroupList{}));
  std::set<std::string> addresses;
  for (const auto& storage : storages_) addresses.insert(storage->machine.address);
  co_return Trouble(groups.lines.text, std::move(addresses));
}

std::string ClusterWorld::GroupOf(const File& file) const {
  const std::string_view named = wire::GroupOfFileId(file.key.file_id);
  if (!named.empty()) return std::string(named);
  const auto route = database_.routes.rows.find({file.key.application, file.key.user});
  return route == database_.routes.rows.end() ? std::string() : route->second;
}

awaitable<void> ClusterWorld::ReadAllAt(const Storage& storage, bool strict) {
  // By number: clients begin new files meanwhile.
  for (std::size_t i = 0; i < files_.size() && report_.violation.empty() && !over_; ++i)
    if (GroupOf(files_[i]) == storage.machine.group) co_await ReadAt(storage, files_[i], strict);
}

awaitable<void> ClusterWorld::ReadAt(const Storage& storage, File& file, bool strict) {
  const SteadyTime since = clock_.Steady();
  const std::string& where = storage.machine.name;
  const Result<Bytes> read = co_await ReadFrom(storage, file);
  if (read)
    Expect(file, where, file.model.Found(Recognise(*read), clock_.Steady(), strict));
  else if (read.error().code() == Code::kNotFound)
    Expect(file, where, file.model.NotFound(since));
  else if (strict && file.model.CertainBefore(since))
    Expect(file, where, "in the end: " + read.error().message());
}

storage::Task<Bytes> ClusterWorld::ReadFrom(const Storage& storage, const File& file) {
  CO_TRY(const auto stream, co_await observer_->Connect(storage.machine.address, kTimeout));
  net::Caller caller(*stream, wire::Service::kStorage, clock_, kCallTimeout);
  CO_TRY(const wire::ObjectKey key, client::OnWire(file.key));
  const wire::Download download{key, 0, 0};
  CO_TRY(const std::uint64_t size_bytes, co_await caller.StartContent(download));
  Bytes bytes(size_bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    const MutableByteView rest = MutableByteView(bytes).subspan(at);
    CO_TRY(const std::size_t got, co_await caller.ReadContent(rest));
    at += got;
  }
  co_return bytes;
}

}  // namespace yundisk::simulation
