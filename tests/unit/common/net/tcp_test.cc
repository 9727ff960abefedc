// Real sockets between our own two ends: names, addresses, and peers that are not there.
#include "common/net/tcp.h"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/clock.h"
#include "common/net/caller.h"
#include "common/net/server.h"

namespace {

constexpr std::string_view kSlowName = "slow.example";
std::binary_semaphore g_slow_name_is_found{0};

}  // namespace

// What the system does with names, but for one that takes until the test says so.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* wanted,
                           addrinfo** found) {
  static const auto system =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name != nullptr && name == kSlowName) g_slow_name_is_found.acquire();
  return system(name, service, wanted, found);
}

namespace yundisk::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// Tells the peer its own address.
class Mirror final : public Handler {
 public:
  Task<Result<void>> Handle(Request& request, Reply&) override {
    co_return Error(Code::kNotFound, std::string(request.peer()));
  }
};

// What a call to a mirror brings: always an error, the mirror's or another.
Task<void> Look(Dialer& dialer, const Clock& clock, Random& random,
                const std::optional<wire::Secret>& secret, std::string address,
                std::function<void(Error)> done) {
  const auto stream = co_await dialer.Connect(address, milliseconds(500));
  if (!stream) co_return done(stream.error());
  Caller caller(**stream, wire::Service::kTracker, clock, milliseconds(5000));
  if (secret) {
    const auto authenticated = co_await caller.Authenticate(*secret, random);
    if (!authenticated) co_return done(authenticated.error());
  }
  const auto groups = co_await caller.Call(wire::GroupList{});
  done(groups.error());
}

class Tcp : public testing::Test {
 protected:
  Error ErrorOf(const std::string& address) { return ErrorOf(address, secret_); }
  Error ErrorOf(const std::string& address, const std::optional<wire::Secret>& secret) {
    std::optional<Error> error;
    const auto done = [&](Error told) {
      const std::lock_guard lock(mutex_);
      error = std::move(told);
      done_.notify_all();
    };
    loops_.at(0).Spawn(Look(dialer_, clock_, random_, secret, address, done));
    std::unique_lock lock(mutex_);
    CHECK(done_.wait_for(lock, std::chrono::seconds(10), [&] { return error.has_value(); }));
    return *error;
  }
  std::unique_ptr<Server> Serve(const std::string& listen) {
    auto server = std::make_unique<Server>(
        loops_, ServerOptions{listen, wire::Service::kTracker, "n", secret_, {}}, mirror_, clock_,
        random_);
    CHECK(server->Start().ok());
    return server;
  }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  SystemClock clock_;
  SystemRandom random_;
  Mirror mirror_;
  LoopPool loops_{2};
  TcpDialer dialer_{loops_.at(0)};
  std::mutex mutex_;
  std::condition_variable done_;
};

TEST_F(Tcp, BothFamiliesOfAPeerAreWrittenAsWhatTheyAre) {
  const auto server = Serve("[::]:0");
  const std::string port = std::to_string(server->port());
  EXPECT_THAT(ErrorOf("127.0.0.1:" + port).message(), StartsWith("[n] 127.0.0.1:"));
  EXPECT_THAT(ErrorOf("[::1]:" + port).message(), StartsWith("[n] [::1]:"));
}

TEST_F(Tcp, NamesAreResolved) {
  const auto server = Serve("127.0.0.1:0");
  EXPECT_THAT(ErrorOf("localhost:" + std::to_string(server->port())).message(),
              StartsWith("[n] 127.0.0.1:"));
}

TEST_F(Tcp, TheTimeoutIsForTheNameToo) {
  const Error error = ErrorOf(std::string(kSlowName) + ":1");
  g_slow_name_is_found.release();
  EXPECT_EQ(error.code(), Code::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("no answer in time"));
}

TEST_F(Tcp, NobodyThereIsUnavailable) {
  auto server = Serve("127.0.0.1:0");
  const std::string address = "127.0.0.1:" + std::to_string(server->port());
  server.reset();
  const Error error = ErrorOf(address);
  EXPECT_EQ(error.code(), Code::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr(address));
}

TEST_F(Tcp, NoAddressIsABadRequest) { EXPECT_EQ(ErrorOf("nonsense").code(), Code::kBadRequest); }

TEST_F(Tcp, ASecretTheServerDoesNotKnow) {
  const auto server = Serve("127.0.0.1:0");
  const std::optional<wire::Secret> other = wire::Secret{std::byte{8}};
  const Error error = ErrorOf("127.0.0.1:" + std::to_string(server->port()), other);
  EXPECT_EQ(error.code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace yundisk::net
