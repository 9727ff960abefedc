// ReplicatedEngine: the engine as the members of a group show it to clients: an upload succeeds
// once enough of them have it durably, nothing is seen before, and what this member cannot know it
// does not deny.
//
// While the group has one member that needs no other, every call goes straight to its engine.
#pragma once

#include <string_view>

#include "storage_core/storage/engine.h"
#include "storage_core/storage/group.h"

namespace yundisk::storage {

class ReplicatedEngine final : public Engine {
 public:
  // The group outlives this.
  explicit ReplicatedEngine(Group& group) : group_(group), engine_(group.engine()) {}

  // kTooFewReplicas when too few members are within reach, kNoSpace when the disks of too many are
  // full; when it comes late, the object may or may not exist.
  Task<void> Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source) override;
  Task<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                     std::string_view spool_name) override;
  // kUnavailable, here and below, for what another member may have and for what is damaged here.
  Task<std::uint64_t> Size(const ObjectKey& key) override;
  Task<ObjectInfo> Stat(const ObjectKey& key) override;
  Task<std::unique_ptr<Content>> Open(const ObjectKey& key, ByteRange range) override;
  // Success once it is durable on as many members as an upload needs; the others learn it when they
  // are back. kTooFewReplicas as for an upload.
  Task<void> Remove(const ObjectKey& key) override;
  Statistics Describe() const override;

 private:
  Task<void> AwaitShown(const ObjectKey& key);
  // What to tell a client instead of our engine's error.
  Task<void> Judge(const ObjectKey& key, Error error);
  Task<void> BuryElsewhere(const ObjectKey& key, const CopyPlan& plan);
  Task<void> Bury(PeerConnections& connections, const std::string& member, const ObjectKey& key);

  Group& group_;
  ReplicaEngine& engine_;
};

}  // namespace yundisk::storage
