// Redis through hiredis: pooled connections, deadlines, pipelines.
//
//   TRY(redis::Reply reply, redis.Run({"GET", key}));
//   if (reply.text()) Use(*reply.text());
//
// Redis holds nothing that cannot be rebuilt: callers treat every error as a miss. When it cannot
// be reached, calls fail at once for kRetryAfter, so a hung Redis costs one timeout, not one a
// request. Thread-safe; blocks at most about twice the timeout. The program must ignore SIGPIPE
// (fcgi::TakeOverSignals): hiredis writes to connections that Redis may have closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/result.h"

namespace yundisk::redis {

// How long calls fail at once after one failed.
inline constexpr std::chrono::milliseconds kRetryAfter{500};
// Idle connections that are kept.
inline constexpr std::size_t kIdleMax = 32;

struct Options {
  std::string socket;  // a unix socket; or, when empty:
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::chrono::milliseconds timeout{200};  // to connect, and for each answer
};

// What Redis answered: nothing, a whole number, or text (statuses too).
class Reply {
 public:
  Reply() = default;
  explicit Reply(std::int64_t integer) : value_(integer) {}
  explicit Reply(std::string text) : value_(std::move(text)) {}

  bool is_nil() const { return value_.index() == 0; }
  std::optional<std::int64_t> integer() const {
    const auto* held = std::get_if<std::int64_t>(&value_);
    return held ? std::optional(*held) : std::nullopt;
  }
  std::optional<std::string> text() const {
    const auto* held = std::get_if<std::string>(&value_);
    return held ? std::optional(*held) : std::nullopt;
  }

 private:
  std::variant<std::monostate, std::int64_t, std::string> value_;
};

using Command = std::vector<std::string_view>;

class Client {
 public:
  // Connects on first use.
  explicit Client(Options options);
  ~Client();

  // kUnavailable: Redis cannot be reached or did not answer in time. kInternal: it refused the
  // command, or answered with an array.
  Result<Reply> Run(const Command& command);
  // All commands in one round trip; the first refusal is the result.
  Result<std::vector<Reply>> Pipeline(const std::vector<Command>& commands);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yundisk::redis
