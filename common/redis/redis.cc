#include "common/redis/redis.h"

#include <atomic>

#include <hiredis/hiredis.h>

#include "common/base/check.h"
#include "common/base/guarded.h"

namespace yundisk::redis {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Connection = std::unique_ptr<redisContext, Free>;
using RawReply = std::unique_ptr<redisReply, Free>;

Result<Reply> Convert(const redisReply& raw) {
  switch (raw.type) {
    case REDIS_REPLY_NIL: return Reply();
    case REDIS_REPLY_INTEGER: return Reply(std::int64_t{raw.integer});
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: return Reply(std::string(raw.str, static_cast<std::size_t>(raw.len)));
    case REDIS_REPLY_ERROR: return Error::Make(Code::kInternal, "Redis: {}", raw.str);
    default: return Error(Code::kInternal, "Redis answered with an array");
  }
}

void Append(redisContext& connection, const Command& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (const std::string_view word : command) {
    words.push_back(word.data());
    lengths.push_back(word.size());
  }
  CHECK(redisAppendCommandArgv(&connection, static_cast<int>(words.size()), words.data(),
                               lengths.data()) == REDIS_OK);
}

Error Unreachable(const redisContext& connection) {
  return Error::Make(Code::kUnavailable, "Redis: {}", connection.errstr);
}

}  // namespace

struct Client::State {
  explicit State(Options given) : options(std::move(given)) {}

  Result<Connection> Connect() const;
  Result<Connection> TakeOrConnect();
  // Every answer is read even after a refusal, or the next caller would get them.
  static Result<std::vector<Reply>> Exchange(redisContext& connection,
                                             const std::vector<Command>& commands);

  const Options options;
  Guarded<std::vector<Connection>> idle;
  std::atomic<SteadyClock::time_point> down_until{SteadyClock::time_point::min()};
};

Result<Connection> Client::State::Connect() const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.timeout);
  const auto rest = std::chrono::microseconds(options.timeout - seconds);
  const timeval timeout{seconds.count(), rest.count()};
  Connection connection(options.socket.empty()
                            ? redisConnectWithTimeout(options.host.c_str(), options.port, timeout)
                            : redisConnectUnixWithTimeout(options.socket.c_str(), timeout));
  CHECK(connection != nullptr);
  if (connection->err != 0 || redisSetTimeout(connection.get(), timeout) != REDIS_OK)
    return Unreachable(*connection);
  return connection;
}

Result<Connection> Client::State::TakeOrConnect() {
  {
    auto locked = idle.Lock();
    if (!locked->empty()) {
      Connection taken = std::move(locked->back());
      locked->pop_back();
      return taken;
    }
  }
  return Connect();
}

Result<std::vector<Reply>> Client::State::Exchange(redisContext& connection,
                                                   const std::vector<Command>& commands) {
  for (const Command& command : commands) Append(connection, command);
  std::vector<Reply> replies;
  std::optional<Error> refused;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    void* raw = nullptr;
    if (redisGetReply(&connection, &raw) != REDIS_OK) return Unreachable(connection);
    const RawReply owned(static_cast<redisReply*>(raw));
    auto reply = Convert(*owned);
    if (reply)
      replies.push_back(*std::move(reply));
    else if (!refused)
      refused = reply.error();
  }
  if (refused) return *refused;
  return replies;
}

Client::Client(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;

Result<std::vector<Reply>> Client::Pipeline(const std::vector<Command>& commands) {
  if (SteadyClock::now() < state_->down_until.load())
    return Error(Code::kUnavailable, "Redis could not be reached a moment ago");
  // An idle connection may have died with the server it was made to; then a second try connects.
  for (int attempt = 0;; ++attempt) {
    auto connection = attempt == 0 ? state_->TakeOrConnect() : state_->Connect();
    auto replies = connection ? State::Exchange(**connection, commands)
                              : Result<std::vector<Reply>>(connection.error());
    if (connection && (*connection)->err == 0) {
      auto idle = state_->idle.Lock();
      if (idle->size() < kIdleMax) idle->push_back(*std::move(connection));
      return replies;
    }
    if (attempt == 0 && connection) continue;
    state_->down_until = SteadyClock::now() + kRetryAfter;
    state_->idle.Lock()->clear();
    return replies;
  }
}

Result<Reply> Client::Run(const Command& command) {
  TRY(std::vector<Reply> replies, Pipeline({command}));
  return std::move(replies.front());
}

}  // namespace yundisk::redis
