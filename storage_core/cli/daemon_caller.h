// Asks one daemon by its address, where client::Cluster would choose one: what operators need to
// see that every daemon answers, and what each of them has.
//
// Every call has a connection of its own, so that none hides behind one that was made before.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/connection.h"

namespace yundisk::cli {

// Thread-safe. Blocks at most for the time-outs of the options.
class DaemonCaller {
 public:
  // Reads the secret.
  static Result<DaemonCaller> Make(const client::Options& options);

  // The same, waiting so long for each answer.
  DaemonCaller WithPatience(std::chrono::milliseconds call) const {
    return {trackers_, secret_, {timeouts_.connect, call}};
  }

  // How long it took to connect and to prove the secret to each other.
  Result<std::chrono::microseconds> Ping(wire::Service service, const std::string& address) const;

  template <wire::Request M>
  Result<typename M::Reply> Call(wire::Service service, const std::string& address,
                                 const M& request) const {
    TRY(const auto connection, Open(service, address));
    return connection->Call(request);
  }

  // The first tracker that answers; a failure other than kUnavailable is an answer.
  template <wire::Request M>
  Result<typename M::Reply> AskTrackers(const M& request) const {
    Error last(Code::kUnavailable, "no tracker is configured");
    for (const std::string& tracker : trackers_) {
      auto answer = Call(wire::Service::kTracker, tracker, request);
      if (answer || answer.error().code() != Code::kUnavailable) return answer;
      last = answer.error();
    }
    return last;
  }

 private:
  DaemonCaller(std::vector<std::string> trackers, std::optional<wire::Secret> secret,
               client::Timeouts timeouts)
      : trackers_(std::move(trackers)), secret_(secret), timeouts_(timeouts) {}

  Result<std::unique_ptr<client::Connection>> Open(wire::Service service,
                                                   const std::string& address) const {
    return client::Connection::Open(address, service, secret_, timeouts_);
  }

  std::vector<std::string> trackers_;
  std::optional<wire::Secret> secret_;
  client::Timeouts timeouts_;
};

}  // namespace yundisk::cli
