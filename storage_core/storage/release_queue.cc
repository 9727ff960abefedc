#include "storage_core/storage/release_queue.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "storage_core/storage/object.h"

namespace yundisk::storage {
namespace {

// Told in one message.
constexpr std::size_t kAtOnce = 200;
static_assert(kAtOnce * (ObjectKey::kMaxBytes + 16) < wire::kMaxReleaseBytes);

}  // namespace

void ReleaseQueue::Add(const Target& target, const wire::Released& copy,
                       PeerConnections& connections, const boost::asio::any_io_executor& executor) {
  {
    const auto members = members_.Lock();
    Member& member = (*members)[target.member.name];
    if (member.waiting.size() >= kMaxWaiting) member.waiting.pop_front();
    member.waiting.push_back(copy);
  }
  Retry(target, connections, executor);
}

void ReleaseQueue::Retry(const Target& target, PeerConnections& connections,
                         const boost::asio::any_io_executor& executor) {
  {
    const auto members = members_.Lock();
    Member& member = (*members)[target.member.name];
    if (member.telling || member.waiting.empty()) return;
    member.telling = true;
  }
  boost::asio::co_spawn(executor, Tell(target, connections), boost::asio::detached);
}

boost::asio::awaitable<void> ReleaseQueue::Tell(Target target, PeerConnections& connections) {
  const std::string name = target.member.name;
  while (true) {
    wire::Release release{sender_, {Take(name)}};
    if (release.copies.items.empty()) co_return;
    const auto lease = co_await connections.Get(target);
    bool told = false;
    if (lease) {
      const auto answer = co_await (*lease)->caller().Call(release);
      told = answer.ok();
    }
    if (told) continue;
    PutBack(name, release.copies.items);
    co_return;
  }
}

// Ends the telling when there is nothing left.
std::vector<wire::Released> ReleaseQueue::Take(const std::string& name) {
  const auto members = members_.Lock();
  Member& member = (*members)[name];
  const std::size_t count = std::min(member.waiting.size(), kAtOnce);
  const auto end = member.waiting.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<wire::Released> taken(member.waiting.begin(), end);
  member.waiting.erase(member.waiting.begin(), end);
  member.telling = !taken.empty();
  return taken;
}

void ReleaseQueue::PutBack(const std::string& name, const std::vector<wire::Released>& copies) {
  const auto members = members_.Lock();
  Member& member = (*members)[name];
  member.waiting.insert(member.waiting.begin(), copies.begin(), copies.end());
  member.telling = false;
}

}  // namespace yundisk::storage
