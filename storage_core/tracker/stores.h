// What the tracker has in MariaDB: routes, members, groups and services. Interfaces, so that the
// state machines above them are tested without a server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/database/database.h"
#include "storage_core/tracker/directory.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// An owner of file ids.
struct Owner {
  std::string application;
  std::string user;

  auto operator<=>(const Owner&) const = default;
};

// Thread-safe; calls block.
class RouteStore {
 public:
  virtual ~RouteStore() = default;
  // The group of the owner's ids; empty when there is none yet.
  virtual Result<std::string> Find(const Owner& owner) = 0;
  // Makes `group` the owner's unless another tracker was faster; the one that is kept.
  virtual Result<std::string> Keep(const Owner& owner, std::string_view group) = 0;
};

// Thread-safe; calls block.
class MemberStore {
 public:
  virtual ~MemberStore() = default;
  virtual Result<std::vector<Member>> Load() = 0;
  // Of a join: the time of the first one is kept, address and start time are replaced. One that was
  // removed is a member again, unless it is the process that was removed.
  virtual Result<void> Save(const Member& member) = 0;
  // kNotFound when there is no such member.
  virtual Result<void> SetStanding(const NodeName& name, Standing standing) = 0;
};

class DatabaseRouteStore final : public RouteStore {
 public:
  // Both are borrowed.
  DatabaseRouteStore(db::Pool& pool, const Clock& clock) : pool_(&pool), clock_(&clock) {}
  Result<std::string> Find(const Owner& owner) override;
  Result<std::string> Keep(const Owner& owner, std::string_view group) override;

 private:
  db::Pool* pool_;
  const Clock* clock_;
};

class DatabaseMemberStore final : public MemberStore {
 public:
  explicit DatabaseMemberStore(db::Pool& pool) : pool_(&pool) {}
  Result<std::vector<Member>> Load() override;
  Result<void> Save(const Member& member) override;
  Result<void> SetStanding(const NodeName& name, Standing standing) override;

 private:
  db::Pool* pool_;
};

class DatabaseDirectoryStore final : public DirectoryStore {
 public:
  explicit DatabaseDirectoryStore(db::Pool& pool) : pool_(&pool) {}
  Result<DirectoryTables> Load() override;

 private:
  db::Pool* pool_;
};

}  // namespace yundisk::tracker
