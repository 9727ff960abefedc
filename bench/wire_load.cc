// Load straight over the binary protocol: as many operations as a daemon takes, without HTTP in
// front.
//
//   bench_wire_load upload|download|ids ADDRESS SECRET_FILE GROUP CONNECTIONS SECONDS BYTES
//
// upload: new objects with new content. download: objects of that size, stored before, in turn.
// ids: one id a request from an ID server (GROUP and BYTES mean nothing). Each connection has one
// request in flight; one thread serves them all. SECRET_FILE "-": no authentication. Prints one
// line of JSON: operations a second, and how long they took.
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/wire_connection.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kOwner = "bench";
constexpr int kReplyDeadlineMs = 30'000;
constexpr std::size_t kStoredObjects = 64;
constexpr std::uint64_t kContentPiece = std::uint64_t{1} << 20U;
constexpr std::uint64_t kMaxConnections = 1024;
constexpr std::uint64_t kMaxBytes = std::uint64_t{8} << 30U;
constexpr std::uint64_t kMaxSeconds = 600;

struct Options {
  std::string operation;
  wire::HostPort address;
  std::optional<wire::Secret> secret;
  std::string group;
  std::uint64_t connections = 0;
  std::uint64_t seconds = 0;
  std::uint64_t bytes = 0;
};

// The requests of one connection, one after the other. What Next() returns stays until the next
// call.
class Requests {
 public:
  virtual ~Requests() = default;
  virtual Result<Outgoing> Next() = 0;

 protected:
  Bytes head_;
};

Result<wire::ObjectKey> KeyOf(const std::string& id) {
  wire::ObjectKey key;
  key.application = wire::Text<16>::Unchecked(kOwner);
  key.user = wire::Text<256>::Unchecked(kOwner);
  TRY(key.file_id, wire::Text<128>::From(id));
  return key;
}

// Objects and contents that never were before: the content begins with the id.
class Uploads final : public Requests {
 public:
  Uploads(const Options& options, ByteView content)
      : options_(options),
        content_(content),
        prefix_(fmt::format("{}/bench-{:016x}-", options.group, SystemRandom().Next())) {}

  Result<Outgoing> Next() override {
    last_id_ = prefix_ + std::to_string(++count_);
    TRY(const wire::ObjectKey key, KeyOf(last_id_));
    const auto unique = AsBytes(last_id_).first(std::min(last_id_.size(), options_.bytes));
    head_.clear();
    wire::AppendRequest(head_, wire::Upload{key, options_.bytes});
    head_.insert(head_.end(), unique.begin(), unique.end());
    return Outgoing{head_, content_, options_.bytes - unique.size()};
  }

  const std::string& last_id() const { return last_id_; }

 private:
  const Options& options_;
  ByteView content_;
  const std::string prefix_;
  std::uint64_t count_ = 0;
  std::string last_id_;
};

class Downloads final : public Requests {
 public:
  Downloads(const std::vector<std::string>& ids, std::size_t first) : ids_(ids), next_(first) {}

  Result<Outgoing> Next() override {
    TRY(const wire::ObjectKey key, KeyOf(ids_[next_++ % ids_.size()]));
    head_.clear();
    wire::AppendRequest(head_, wire::Download{key, 0, 0});
    return Outgoing{head_, {}, 0};
  }

 private:
  const std::vector<std::string>& ids_;
  std::size_t next_;
};

class Ids final : public Requests {
 public:
  Result<Outgoing> Next() override {
    head_.clear();
    wire::AppendRequest(head_, wire::GetId{wire::TailText<64>::Unchecked(kOwner)});
    return Outgoing{head_, {}, 0};
  }
};

// One connection and what it asks.
struct Worker {
  WireConnection connection;
  std::unique_ptr<Requests> requests;
};

// The workers' sockets, waited for together.
class Workers {
 public:
  static Result<Workers> Make(const Options& options,
                              const std::function<std::unique_ptr<Requests>(std::size_t)>& make) {
    Workers all;
    for (std::size_t i = 0; i < options.connections; ++i) {
      TRY(auto connection, WireConnection::Open(options.address, options.secret));
      all.workers_.push_back({std::move(connection), make(i)});
    }
    for (std::size_t i = 0; i < all.workers_.size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.u64 = i;
      if (epoll_ctl(all.epoll_, EPOLL_CTL_ADD, all.workers_[i].connection.socket(), &event) != 0)
        return Error::FromErrno(errno, "epoll_ctl");
    }
    return all;
  }
  Workers(Workers&& other) noexcept
      : epoll_(std::exchange(other.epoll_, -1)), workers_(std::move(other.workers_)) {}
  Workers(const Workers&) = delete;
  ~Workers() {
    if (epoll_ >= 0) close(epoll_);
  }

  // Keeps every connection busy until `end`, then waits for what is in flight. Returns how long
  // each operation took.
  Result<std::vector<std::chrono::microseconds>> Run(steady_clock::time_point end) {
    std::vector<std::chrono::microseconds> took;
    std::size_t in_flight = workers_.size();
    for (Worker& worker : workers_) TRY_VOID(Begin(worker));
    while (in_flight > 0) {
      std::array<epoll_event, 64> events{};
      const int count =
          epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kReplyDeadlineMs);
      if (count < 0) return Error::FromErrno(errno, "epoll_wait");
      if (count == 0) return Error(Code::kTimeout, "no request was answered in time");
      for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        Worker& worker = workers_[events[i].data.u64];
        TRY(const bool done, worker.connection.Progress());
        if (!done) continue;
        const auto now = steady_clock::now();
        took.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(now - worker.connection.began()));
        if (now >= end) --in_flight;
        if (now < end) TRY_VOID(Begin(worker));
      }
    }
    return took;
  }

 private:
  Workers() = default;

  static Result<void> Begin(Worker& worker) {
    TRY(const Outgoing outgoing, worker.requests->Next());
    return worker.connection.Begin(outgoing);
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::vector<Worker> workers_;
};

// Stores objects to be read, and returns their ids.
Result<std::vector<std::string>> Store(const Options& options, ByteView content) {
  std::vector<std::string> ids;
  Uploads uploads(options, content);
  TRY(auto connection, WireConnection::Open(options.address, options.secret));
  while (ids.size() < kStoredObjects) {
    TRY(const Outgoing outgoing, uploads.Next());
    TRY_VOID(connection.Finish(outgoing));
    ids.push_back(uploads.last_id());
  }
  return ids;
}

std::uint64_t Percentile(const std::vector<std::chrono::microseconds>& sorted, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return static_cast<std::uint64_t>(sorted[at].count());
}

Result<std::string> Measure(const Options& options) {
  Bytes content(std::min(options.bytes, kContentPiece));
  SystemRandom().Fill(content);
  std::vector<std::string> stored;
  if (options.operation == "download") { TRY(stored, Store(options, content)); }
  TRY(Workers workers,
      Workers::Make(options, [&](std::size_t connection) -> std::unique_ptr<Requests> {
        if (options.operation == "upload") return std::make_unique<Uploads>(options, content);
        if (options.operation == "ids") return std::make_unique<Ids>();
        return std::make_unique<Downloads>(stored, connection);
      }));
  const auto start = steady_clock::now();
  TRY(auto took, workers.Run(start + std::chrono::seconds(options.seconds)));
  const std::chrono::duration<double> passed = steady_clock::now() - start;
  std::ranges::sort(took);
  return fmt::format(R"({{"operations_per_s":{:.1f},"p50_us":{},"p99_us":{},"p999_us":{}}})",
                     static_cast<double>(took.size()) / passed.count(), Percentile(took, 0.5),
                     Percentile(took, 0.99), Percentile(took, 0.999));
}

Result<std::uint64_t> Number(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > max)
    return Error::Make(Code::kBadRequest, "'{}' is no number from 1 to {}", text, max);
  return value;
}

Result<Options> Parse(const std::vector<std::string>& arguments) {
  if (arguments.size() != 7)
    return Error(
        Code::kBadRequest,
        "arguments: upload|download|ids ADDRESS SECRET_FILE GROUP CONNECTIONS SECONDS BYTES");
  Options options;
  options.operation = arguments[0];
  const std::vector<std::string_view> operations{"upload", "download", "ids"};
  if (std::ranges::find(operations, options.operation) == operations.end())
    return Error::Make(Code::kBadRequest, "'{}' is none of upload, download, ids",
                       options.operation);
  TRY(options.address, wire::ParseHostPort(arguments[1]));
  if (arguments[2] != "-") { TRY(options.secret, wire::ReadSecretFile(arguments[2])); }
  options.group = arguments[3];
  TRY(options.connections, Number(arguments[4], kMaxConnections));
  TRY(options.seconds, Number(arguments[5], kMaxSeconds));
  TRY(options.bytes, Number(arguments[6], kMaxBytes));
  return options;
}

Result<std::string> Run(const std::vector<std::string>& arguments) {
  TRY(const Options options, Parse(arguments));
  return Measure(options);
}

}  // namespace
}  // namespace yundisk::bench

int main(int argc, char** argv) {
  const auto result = yundisk::bench::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (!result) {
    fmt::print(stderr, "bench_wire_load: {}\n", result.error().message());
    return 1;
  }
  fmt::print("{}\n", *result);
}
