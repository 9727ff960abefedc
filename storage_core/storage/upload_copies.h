// UploadCopies: the copies of one upload on the other members of the group, made while it comes in.
//
// Shown the content by our own engine (ContentWatcher), it sends each piece on to every member
// within reach. A copy is stored only once its trailer has arrived, and the trailers leave in an
// order that lets two uploads of one key never both begin: the member that comes first by name gets
// its trailer first, and hides the key from every other upload; when it refuses (another content is
// there, the key was deleted), nobody stores anything.
//
//   UploadCopies copies(group, key, size_bytes, plan);
//   const Result<void> stored = co_await engine.Put(key, size_bytes, source, copies);
//   co_return co_await copies.Settle(stored);
//
// Bound to one loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage_core/storage/engine.h"
#include "storage_core/storage/group.h"
#include "storage_core/storage/peer_connections.h"

namespace yundisk::storage {

class UploadCopies final : public ContentWatcher {
 public:
  // `group` and `key` outlive this.
  UploadCopies(Group& group, const ObjectKey& key, std::uint64_t size_bytes, CopyPlan plan);
  ~UploadCopies() override;

  Task<void> OnPiece(ByteView piece) override;
  Task<void> BeforeCommit(const Digest& digest, RereadContent& again) override;

  // After our own engine has ended with `stored`: waits for the copies, makes again those that
  // failed until there are enough or the time for that is over (Group::copy_wait), and shows the
  // object everywhere. kTooFewReplicas, kNoSpace: the object may or may not come to be.
  Task<void> Settle(Result<void> stored);

 private:
  enum class Stage { kIdle, kSending, kSealed, kStored, kFailed };
  struct Copy {
    Target target;
    Stage stage = Stage::kIdle;
    bool told = false;               // the member may have heard of the upload
    bool sealed = false;             // it may have all of it
    std::optional<Error> refusal{};  // its last word: asking again would change nothing
    std::unique_ptr<PeerConnections::Lease> lease{};
  };

  boost::asio::awaitable<void> Begin();
  boost::asio::awaitable<void> Send(Copy& copy, ByteView bytes);
  // Sends the trailer.
  boost::asio::awaitable<void> Seal(Copy& copy);
  // Waits for the answer.
  boost::asio::awaitable<void> Finish(Copy& copy);
  Task<void> AgreeWithFirst(RereadContent& again);
  // Once, and on until it answers or the time for that is over.
  Task<void> InsistOn(Copy& copy, RereadContent& again, SteadyTime until);
  // Looks before it sends: what failed may have been the answer alone.
  Task<void> SendAgain(Copy& copy, const Target& now, RereadContent* again);
  // Sends our own copy anew to those that lack theirs.
  boost::asio::awaitable<void> MakeAgain(SteadyTime until);
  std::size_t Count() const;
  // Whether those that have not refused are enough.
  bool Hopeless() const;
  // Why there are too few.
  Error TooFew() const;
  // Until no member that lacks the object takes itself for in step.
  boost::asio::awaitable<void> LeaveTheRest();
  void Fail(Copy& copy, const Error& error);

  Group& group_;
  const ObjectKey& key_;
  std::uint64_t size_bytes_;
  CopyPlan plan_;
  std::uint64_t number_;
  std::vector<Copy> copies_;
  PeerConnections* connections_ = nullptr;
  bool begun_ = false;
  bool hidden_ = false;
  Sha256 trailer_{};
};

}  // namespace yundisk::storage
