// Stand-ins for the tracker's tables, which can be down.
#pragma once

#include <map>
#include <string>
#include <string_view>
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
  };

  Result<std::vector<Member>> Load() override {
    auto table = Lock();
    ++table->loads;
    if (table->down) return Down();
    std::vector<Member> members;
    for (const auto& [name, member] : table->rows) members.push_back(member);
    return members;
  }
  Result<void> Save(const Member& member) override {
    auto table = Lock();
    if (table->down) return Down();
    ++table->saves;
    table->rows[member.name] = member;
    return {};
  }

  Guarded<Table>::Access Lock() { return table_.Lock(); }

 private:
  static Error Down() { return {Code::kUnavailable, "the database is down"}; }

  Guarded<Table> table_;
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
