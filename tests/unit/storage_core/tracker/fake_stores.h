// Stand-ins for the tracker's tables, which can be down.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/guarded.h"
#include "storage_core/tracker/stores.h"

namespace yundisk::tracker {

// Thread-safe.
class FakeMemberStore final : public MemberStore {
 public:
  struct Table {
    bool down = false;
    int loads = 0;
    int saves = 0;
    std::map<NodeName, Member> rows;
    std::function<void()> after_load;  // called once, without the lock
    bool down_after_save = false;
    NodeName refused;  // has no row that the table can hold
  };

  Result<std::vector<Member>> Load() override {
    auto table = Lock();
    ++table->loads;
    if (table->down) return Down();
    std::vector<Member> members;
    for (const auto& [name, member] : table->rows) members.push_back(member);
    if (const auto hook = std::exchange(table->after_load, nullptr)) {
      table.lock().unlock();
      hook();
    }
    return members;
  }
  Result<void> Save(const Member& member) override {
    auto table = Lock();
    if (table->down) return Down();
    if (member.name == table->refused) return Error(Code::kInternal, "too long");
    ++table->saves;
    Member& row = table->rows.try_emplace(member.name, member).first->second;
    const bool removed = row.standing == Standing::kRemoved;
    if (removed && member.started_at_s <= row.started_at_s) return {};
    const Standing standing = removed ? Standing::kActive : row.standing;
    row = member;
    row.standing = standing;
    table->down = table->down_after_save;
    return {};
  }
  Result<void> SetStanding(const NodeName& name, Standing standing) override {
    auto table = Lock();
    if (table->down) return Down();
    const auto row = table->rows.find(name);
    if (row == table->rows.end() || row->second.standing == Standing::kRemoved)
      return Error(Code::kNotFound, "no member");
    row->second.standing = standing;
    return {};
  }

  Guarded<Table>::Access Lock() { return table_.Lock(); }

 private:
  static Error Down() { return {Code::kUnavailable, "the database is down"}; }

  Guarded<Table> table_;
};

// Thread-safe.
class FakeDirectoryStore final : public DirectoryStore {
 public:
  struct State {
    bool down = false;
    DirectoryTables tables;
  };
  Result<DirectoryTables> Load() override {
    auto state = Lock();
    if (state->down) return Error(Code::kUnavailable, "the database is down");
    return state->tables;
  }
  Guarded<State>::Access Lock() { return state_.Lock(); }

 private:
  Guarded<State> state_;
};

// A store of routes that is down.
class DeadRouteStore final : public RouteStore {
 public:
  Result<std::string> Find(const Owner&) override { return Down(); }
  Result<std::string> Keep(const Owner&, std::string_view) override { return Down(); }

 private:
  static Error Down() { return {Code::kUnavailable, "the database is down"}; }
};

}  // namespace yundisk::tracker
