// ReleaseQueue: tells the members that uploads are acknowledged, so that they show their copies:
// many in one message while there are many, and again when a connection broke.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "common/base/guarded.h"
#include "common/protocol/peer_messages.h"
#include "storage_core/storage/peer_connections.h"

namespace yundisk::storage {

class ReleaseQueue {
 public:
  // `sender`: the member that this is.
  explicit ReleaseQueue(const wire::PeerName& sender) : sender_(sender) {}

  // Told soon, on `connections` and its executor; both outlive the queue's coroutines.
  void Add(const Target& target, const wire::Released& copy, PeerConnections& connections,
           const boost::asio::any_io_executor& executor);
  // Tries again what failed.
  void Retry(const Target& target, PeerConnections& connections,
             const boost::asio::any_io_executor& executor);

 private:
  // A member that does not answer shows its copies by itself in the end, so old ones may go.
  static constexpr std::size_t kMaxWaiting = 100'000;
  struct Member {
    std::deque<wire::Released> waiting;
    bool telling = false;
  };

  boost::asio::awaitable<void> Tell(Target target, PeerConnections& connections);
  std::vector<wire::Released> Take(const std::string& name);
  void PutBack(const std::string& name, const std::vector<wire::Released>& copies);

  const wire::PeerName sender_;
  Guarded<std::map<std::string, Member>> members_;
};

}  // namespace yundisk::storage
