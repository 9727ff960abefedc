// Load as clients of the storage core make it: threads with blocking calls, with and without asking
// a tracker where to go.
//
//   bench_client_load upload|download|udp TRACKER STORAGE SECRET_FILE GROUP THREADS SECONDS BYTES
//
// TRACKER "-": straight to STORAGE. udp: look-ups over UDP and nothing else. SECRET_FILE "-": no
// authentication. Prints one line of JSON.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "storage_core/client/cluster.h"
#include "storage_core/client/connection_pool.h"
#include "storage_core/client/object_key.h"
#include "storage_core/client/udp_lookup.h"

namespace yundisk::bench {
namespace {

using client::ObjectKey;

constexpr std::size_t kStoredObjects = 64;
constexpr std::chrono::seconds kTimeout{10};
constexpr int kArguments = 8;

struct Options {
  std::string operation;
  std::string tracker;
  std::string storage;
  std::string secret_file;
  std::string group;
  std::size_t threads = 1;
  int seconds = 1;
  std::size_t bytes = 1;
};

// One of the two ways to a storage.
class Way {
 public:
  virtual ~Way() = default;
  virtual Result<void> Upload(const ObjectKey& key, ByteView content) = 0;
  virtual Result<std::uint64_t> Download(const ObjectKey& key) = 0;
};

class ThroughTracker final : public Way {
 public:
  explicit ThroughTracker(const Options& options) : cluster_(Of(options)) {}

  Result<void> Upload(const ObjectKey& key, ByteView content) override {
    return cluster_.Upload(key, content);
  }
  Result<std::uint64_t> Download(const ObjectKey& key) override {
    std::uint64_t received = 0;
    TRY_VOID(cluster_.Download(key, 0, 0, [&](ByteView piece) -> Result<void> {
      received += piece.size();
      return {};
    }));
    return received;
  }

 private:
  static client::Options Of(const Options& options) {
    client::Options made;
    made.trackers = {options.tracker};
    made.secret_file = options.secret_file == "-" ? "" : options.secret_file;
    return made;
  }

  client::Cluster cluster_;
};

class Straight final : public Way {
 public:
  Straight(const Options& options, std::optional<wire::Secret> secret)
      : pool_({secret, {kTimeout, kTimeout}, options.threads}, client::SystemEnvironment()),
        storage_(pool_.Attempts({options.storage}, client::Pace::kOpen).front()) {}

  Result<void> Upload(const ObjectKey& key, ByteView content) override {
    TRY(const wire::ObjectKey on_wire, client::OnWire(key));
    const wire::Upload request{on_wire, content.size()};
    return Run([&](client::Connection& storage) { return storage.Upload(request, content); });
  }
  Result<std::uint64_t> Download(const ObjectKey& key) override {
    TRY(const wire::ObjectKey on_wire, client::OnWire(key));
    return Run([&](client::Connection& storage) -> Result<std::uint64_t> {
      TRY(const std::uint64_t length, storage.StartDownload({on_wire, 0, 0}));
      Bytes piece(std::min<std::uint64_t>(length, std::size_t{256} << 10U));
      for (std::uint64_t left = length; left > 0;) {
        const auto wanted = std::min<std::uint64_t>(left, piece.size());
        TRY(const std::size_t count, storage.ReadContent(MutableByteView(piece).first(wanted)));
        left -= count;
      }
      return length;
    });
  }

 private:
  template <typename Call>
  auto Run(Call&& call) -> decltype(call(std::declval<client::Connection&>())) {
    return pool_.Run(storage_, wire::Service::kStorage, call, [] { return true; });
  }

  client::ConnectionPool pool_;
  const client::Attempt storage_;
};

ObjectKey KeyOf(const std::string& id) { return {"bench", "bench", id}; }

// What one thread does again and again.
using Operation = std::function<Result<void>()>;

Result<double> Measure(const Options& options,
                       const std::function<Operation(std::size_t thread)>& make) {
  std::atomic<std::uint64_t> done = 0;
  std::atomic<bool> failed = false;
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + std::chrono::seconds(options.seconds);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < options.threads; ++i)
      threads.emplace_back([&, operation = make(i)] {
        while (std::chrono::steady_clock::now() < end && !failed) {
          if (const auto outcome = operation(); !outcome) {
            fmt::print(stderr, "{}\n", outcome.error().message());
            failed = true;
          }
          ++done;
        }
      });
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  if (failed) return Error(Code::kUnavailable, "an operation failed");
  return static_cast<double>(done) / passed.count();
}

Result<double> Objects(const Options& options, Way& way) {
  const std::string prefix = fmt::format("{}/bench-{:016x}-", options.group, SystemRandom().Next());
  const Bytes content(options.bytes, std::byte{'x'});
  if (options.operation == "upload")
    return Measure(options, [&](std::size_t thread) -> Operation {
      return [&, thread, turn = 0]() mutable {
        return way.Upload(KeyOf(fmt::format("{}{}-{}", prefix, thread, ++turn)), content);
      };
    });
  for (std::size_t i = 0; i < kStoredObjects; ++i)
    TRY_VOID(way.Upload(KeyOf(prefix + std::to_string(i)), content));
  return Measure(options, [&](std::size_t thread) -> Operation {
    return [&, turn = thread]() mutable -> Result<void> {
      const std::string id = prefix + std::to_string(turn++ % kStoredObjects);
      TRY(const std::uint64_t received, way.Download(KeyOf(id)));
      if (received != options.bytes) return Error(Code::kCorrupt, "a download of another length");
      return {};
    };
  });
}

Result<double> LookUps(const Options& options, const std::optional<wire::Secret>& secret) {
  TRY(const wire::ObjectKey key, client::OnWire(KeyOf(options.group + "/1")));
  return Measure(options, [&](std::size_t) -> Operation {
    const client::UdpOptions udp{.trackers = {options.tracker}, .secret = secret};
    const auto lookup = std::make_shared<client::UdpLookup>(udp);
    return [lookup, key]() -> Result<void> {
      TRY_VOID(lookup->Find(key));
      return {};
    };
  });
}

Result<double> Run(const Options& options) {
  std::optional<wire::Secret> secret;
  if (options.secret_file != "-") { TRY(secret, wire::ReadSecretFile(options.secret_file)); }
  if (options.operation == "udp") return LookUps(options, secret);
  if (options.tracker != "-") {
    ThroughTracker way(options);
    return Objects(options, way);
  }
  Straight way(options, secret);
  return Objects(options, way);
}

std::size_t Number(const char* text) {
  return static_cast<std::size_t>(std::max(1, std::atoi(text)));
}

}  // namespace
}  // namespace yundisk::bench

int main(int argc, char** argv) {
  using namespace yundisk::bench;
  if (argc != kArguments + 1) {
    fmt::print(
        stderr,
        "bench_client_load: arguments: upload|download|udp TRACKER STORAGE SECRET_FILE GROUP "
        "THREADS SECONDS BYTES\n");
    return 2;
  }
  const Options options{argv[1],
                        argv[2],
                        argv[3],
                        argv[4],
                        argv[5],
                        Number(argv[6]),
                        static_cast<int>(Number(argv[7])),
                        Number(argv[8])};
  const auto rate = Run(options);
  if (!rate) {
    fmt::print(stderr, "bench_client_load: {}\n", rate.error().message());
    return 1;
  }
  fmt::print("{{\"operations_per_s\":{:.1f}}}\n", *rate);
}
