#include "storage_core/client/cluster.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"
#include "storage_core/client/call_reports.h"
#include "storage_core/client/connection_pool.h"
#include "storage_core/client/id_source.h"
#include "storage_core/client/known_services.h"
#include "storage_core/client/locator.h"
#include "storage_core/client/object_key.h"

namespace yundisk::client {
namespace {

constexpr std::string_view kObjectIdKey = "object";
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

bool Always() { return true; }

}  // namespace

struct Cluster::State {
  State(const Options& options, const Environment& environment, std::optional<Error> secret_error,
        std::optional<wire::Secret> secret)
      : configuration_error(std::move(secret_error)),
        clock(environment.clock),
        pool({secret,
              {options.connect_timeout, options.call_timeout},
              options.connections_per_address},
             environment),
        services(options.trackers, options.id_servers),
        locator(pool, clock, services, options.region, options.address_cache),
        ids(pool, services, options.id_block),
        slow_after(options.slow_after),
        reports({options.trackers, secret}, environment) {
    if (!configuration_error && options.learn_every.count() > 0)
      learning = std::jthread([this, every = options.learn_every](const std::stop_token& stop) {
        LearnForEver(every, stop);
      });
  }

  // New trackers and ID servers. In the background: a program that has nothing to ask for hours
  // must know them when the old ones are gone.
  void LearnForEver(std::chrono::milliseconds every, const std::stop_token& stop) {
    while (true) {
      std::unique_lock lock(learning_mutex);
      learning_woken.wait_for(lock, stop, every, [] { return false; });
      if (stop.stop_requested()) return;
      const Result<std::string> lines = locator.Services();
      if (!lines) continue;
      services.Learn(*lines);
      reports.SetTrackers(services.trackers());
    }
  }

  // Runs `call` on the object's storages in turn until one gives an answer that is not
  // kUnavailable.
  template <typename Call, typename MayRepeat>
  auto OnStorages(const wire::ObjectKey& key, Pace pace, Call&& call, MayRepeat&& may_repeat)
      -> decltype(call(std::declval<Connection&>())) {
    if (configuration_error) return *configuration_error;
    TRY(const Place place, locator.Find(key));
    std::optional<Error> last;
    for (const Attempt& attempt : pool.Attempts(place.addresses, pace)) {
      CallShown shown;
      const auto observe = [&](Connection& storage) {
        const SteadyTime begun = clock.Steady();
        auto outcome = call(storage);
        shown.broken = storage.broken();
        shown.given_up = pace == Pace::kPrompt && storage.broken() && attempt.another_follows &&
                         clock.Steady() - begun >= attempt.timeouts.call;
        if (pace == Pace::kPrompt) shown.waited = storage.waited();
        return outcome;
      };
      auto result = pool.Run(attempt, wire::Service::kStorage, observe, may_repeat);
      const std::optional<Code> failure =
          result ? std::nullopt : std::optional(result.error().code());
      reports.Note(
          {place.group, attempt.address, OutcomeOf(failure, shown, slow_after), shown.waited});
      if (result || result.error().code() != Code::kUnavailable) return result;
      last = result.error();
      if (!may_repeat()) break;
    }
    CHECK(last.has_value());
    return *last;
  }

  // Set when the secret could not be read: every call says so.
  std::optional<Error> configuration_error;
  const Clock& clock;
  ConnectionPool pool;
  KnownServices services;
  Locator locator;
  IdSource ids;
  std::chrono::milliseconds slow_after;
  CallReports reports;
  std::mutex learning_mutex;
  std::condition_variable_any learning_woken;  // by the stop alone
  std::jthread learning;                       // the last one: it uses the others
};

namespace {

// A download that may pass from one storage to the next: what is still to come.
struct Progress {
  wire::Download rest;
  bool known_length = false;  // rest.size_bytes is exact

  bool Done() const { return known_length && rest.size_bytes == 0; }
};

Result<void> Continue(Connection& storage, Progress& progress, const Sink& sink,
                      bool& sink_failed) {
  TRY(std::uint64_t length, storage.StartDownload(progress.rest));
  if (progress.known_length && length != progress.rest.size_bytes) {
    storage.Abandon();
    return Error::Make(Code::kCorrupt, "downloading {}: a replica has another length",
                       progress.rest.key.file_id.view());
  }
  progress.known_length = true;
  progress.rest.size_bytes = length;
  Bytes piece(std::min<std::uint64_t>(length, kPieceBytes));
  while (progress.rest.size_bytes > 0) {
    const auto wanted = std::min<std::uint64_t>(progress.rest.size_bytes, piece.size());
    TRY(const std::size_t count, storage.ReadContent(MutableByteView(piece).first(wanted)));
    auto taken = sink(ByteView(piece).first(count));
    sink_failed = !taken.ok();
    if (sink_failed) return taken;
    progress.rest.offset += count;
    progress.rest.size_bytes -= count;
  }
  return {};
}

}  // namespace

Cluster::Cluster(Options options, const Environment& environment) {
  std::optional<Error> problem;
  std::optional<wire::Secret> secret;
  if (!options.secret_file.empty()) {
    auto read = wire::ReadSecretFile(options.secret_file);
    if (read)
      secret = *read;
    else
      problem = read.error();
  }
  state_ = std::make_unique<State>(options, environment, std::move(problem), secret);
}

Cluster::~Cluster() = default;

Result<std::uint64_t> Cluster::NextId(std::string_view key) {
  if (state_->configuration_error) return *state_->configuration_error;
  return state_->ids.Next(key);
}

Result<std::string> Cluster::NewFileId(const std::string& application, const std::string& user,
                                       std::uint64_t size_bytes) {
  if (state_->configuration_error) return *state_->configuration_error;
  TRY(const auto application_text, wire::Text<16>::From(application));
  TRY(const auto user_text, wire::Text<256>::From(user));
  TRY(const Place place, state_->locator.ForNew(application_text, user_text, size_bytes));
  TRY(const std::uint64_t number, state_->ids.Next(kObjectIdKey));
  return fmt::format("{}/{}", place.group, number);
}

Result<void> Cluster::Upload(const ObjectKey& key, ByteView content) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  const wire::Upload request{on_wire, content.size()};
  // The same content again is a success, so a repeated upload is harmless.
  return state_->OnStorages(
      on_wire, Pace::kOpen, [&](Connection& storage) { return storage.Upload(request, content); },
      Always);
}

Result<void> Cluster::Upload(const ObjectKey& key, std::uint64_t size_bytes, const Source& source) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  const wire::Upload request{on_wire, size_bytes};
  bool source_used = false;
  const Source counted = [&](MutableByteView buffer) {
    source_used = true;
    return source(buffer);
  };
  return state_->OnStorages(
      on_wire, Pace::kOpen, [&](Connection& storage) { return storage.Upload(request, counted); },
      [&] { return !source_used; });
}

Result<Digest> Cluster::Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                              const std::string& spool_name) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  TRY(const auto name, wire::TextZ<255>::From(spool_name));
  const wire::Adopt request{on_wire, size_bytes, name};
  bool broke = false;
  const auto adopted = state_->OnStorages(
      on_wire, Pace::kOpen,
      [&](Connection& storage) {
        auto result = storage.Adopt(request);
        broke = broke || !storage.usable();
        return result;
      },
      Always);
  if (adopted) return Digest{adopted->sha256, adopted->crc32};
  if (!broke) return adopted.error();
  // The answer was lost, so the file may have been taken before: then the object is there.
  const auto info = Stat(key);
  if (!info || info->size_bytes != size_bytes) return adopted.error();
  return Digest{info->sha256, info->crc32};
}

Result<std::uint64_t> Cluster::Size(const ObjectKey& key) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  TRY(const wire::ObjectSize size,
      state_->OnStorages(
          on_wire, Pace::kPrompt,
          [&](Connection& storage) { return storage.Call(wire::Size{on_wire}); }, Always));
  return size.size_bytes;
}

Result<ObjectInfo> Cluster::Stat(const ObjectKey& key) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  TRY(const wire::ObjectStat stat,
      state_->OnStorages(
          on_wire, Pace::kPrompt,
          [&](Connection& storage) { return storage.Call(wire::Stat{on_wire}); }, Always));
  return ObjectInfo{stat.size_bytes, stat.crc32, stat.sha256, stat.verified_at_s,
                    stat.local_file.str()};
}

Result<void> Cluster::Download(const ObjectKey& key, std::uint64_t offset, std::uint64_t size_bytes,
                               const Sink& sink) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  Progress progress{{on_wire, offset, size_bytes}};
  bool sink_failed = false;
  return state_->OnStorages(
      on_wire, Pace::kPrompt,
      [&](Connection& storage) -> Result<void> {
        if (progress.Done()) return {};
        auto result = Continue(storage, progress, sink, sink_failed);
        if (sink_failed) storage.Abandon();
        return result;
      },
      [&] { return !sink_failed; });
}

Result<void> Cluster::Delete(const ObjectKey& key) {
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  bool broke = false;
  auto deleted = state_->OnStorages(
      on_wire, Pace::kOpen,
      [&](Connection& storage) -> Result<void> {
        auto result = storage.Call(wire::Delete{on_wire});
        // After a lost answer, "not found" means that the first try arrived.
        if (!result && broke && result.error().code() == Code::kNotFound) return {};
        broke = broke || !storage.usable();
        if (!result) return result.error();
        return {};
      },
      Always);
  return deleted;
}

Result<std::vector<std::string>> Cluster::Addresses(const ObjectKey& key) {
  if (state_->configuration_error) return *state_->configuration_error;
  TRY(const wire::ObjectKey on_wire, OnWire(key));
  TRY(Place place, state_->locator.Find(on_wire));
  return std::move(place.addresses);
}

Result<std::string> Cluster::GroupList() {
  if (state_->configuration_error) return *state_->configuration_error;
  return state_->locator.GroupList();
}

}  // namespace yundisk::client
