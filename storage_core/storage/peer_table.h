// PeerTable: the other members of this storage's group, and what this storage knows of each: when
// it was last heard, and whether either side lacks anything the other has acknowledged.
//
// Contact is made by polls (catch_up.h), in both directions. Two times keep a group honest while
// members cannot reach each other; `kInStepFor` is the shorter one:
//   - A member says "there is no such object" only while it heard from every other one within
//     kInStepFor that it lacks nothing (InStep). Else it says that it does not know.
//   - Whatever a member does without another - acknowledge an upload that the other lacks, show an
//     upload whose coordinator went silent - it does only when that one has been silent for
//     kSilentAfter, or was told that it is behind (Leave).
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "storage_core/storage/engine.h"

namespace yundisk::storage {

// A member of the group.
struct Member {
  std::string name;
  std::string address;    // "ip:port" of its storage port
  bool draining = false;  // does not count: it is about to be taken away
  auto operator<=>(const Member&) const = default;
};

// How far a member is behind another: at most so many changes, the oldest of them of so long ago.
struct Lag {
  std::uint64_t changes = 0;
  std::uint32_t seconds = 0;
  bool operator==(const Lag&) const = default;
};

// A member to talk to. `life` changes whenever connections made before have become useless.
struct Target {
  Member member;
  std::uint64_t life = 0;
};

struct CopyRules {
  std::string self;              // our name
  std::size_t min_replicas = 0;  // copies an upload needs before it is acknowledged; 0: all members
};

// Who takes part in an upload, as the group is now.
struct CopyPlan {
  std::size_t required = 1;               // copies on members that are not draining
  bool self_counts = true;                // ours is one of them
  std::vector<Target> targets;            // the others within reach, in the order of their names
  std::size_t before_self = 0;            // so many of them come before us in that order
  std::vector<std::string> out_of_reach;  // names of the rest

  bool all = true;  // nobody may be passed over

  bool alone() const { return targets.empty() && out_of_reach.empty() && required <= 1; }
};

class PeerTable {
 public:
  static constexpr std::chrono::milliseconds kInStepFor{2000};
  static constexpr std::chrono::milliseconds kSilentAfter{3000};

  PeerTable(CopyRules rules, const Clock& clock) : rules_(std::move(rules)), clock_(&clock) {}

  // The members of the group, ourselves among them or not.
  void SetMembers(const std::vector<Member>& members);
  // All but ourselves, within reach or not.
  std::vector<Target> Others() const;
  std::optional<Target> Find(std::string_view name) const;

  // The others that answered within kInStepFor.
  std::vector<Target> WithinReach() const;
  bool Answers(const std::string& name) const;
  // An upload needs every member.
  bool NeedsAll() const;
  // No other member comes before us by name.
  bool IsFirst() const;
  // There is no other member.
  bool Alone() const;

  // kUnavailable while the members are not known, kTooFewReplicas when too few are within reach.
  Result<CopyPlan> Plan() const;
  // True when every other member told within kInStepFor that we lack nothing.
  bool InStep() const;

  // A poll of ours that was sent at `sent` came back with that answer.
  void Heard(const std::string& name, SteadyTime sent, bool in_step);
  // It broke off. The answer may have been that we are behind, and counts as that: the other side
  // takes the next poll as proof that we know (Left).
  void Lost(const std::string& name);
  // So much of its log is still to be read, or is being applied.
  void Reading(const std::string& name, const Lag& left);
  // How far we are behind the members within reach: the farthest counts, for they have the same.
  Lag Behind() const;
  // A poll of another member, which has read our log up to `after`: whether it lacks nothing. `end`
  // is where our log ends. A member's new incarnation begins at zero.
  bool Polled(const std::string& name, std::uint64_t incarnation, ChangePosition after,
              ChangePosition end);
  // From now on polls of the member tell it that it is behind until it has read our log up to
  // `end`.
  void Leave(const std::string& name, ChangePosition end);
  // The member cannot take itself for in step any more - it was told, and has asked again since -
  // or it has read so far, or has been silent long enough.
  bool Left(const std::string& name) const;
  // The process that was this incarnation of the member is gone, or has been silent long enough.
  bool Gone(const std::string& name, std::uint64_t incarnation) const;

  // Lines for the statistics.
  Statistics Describe() const;

 private:
  struct Peer {
    Member member;
    // What it told us.
    std::optional<SteadyTime> heard;  // when the last poll was sent that it answered
    bool in_step = false;
    Lag left;
    std::uint64_t life = 0;
    // What we tell it.
    std::optional<SteadyTime> polled;
    std::uint64_t incarnation = 0;
    ChangePosition behind;     // it is, until it has read so far
    bool told_in_step = true;  // by the last answer; before the first one our last life may have
    int polls_until_left = 0;  // it knows that for sure by then
  };
  struct State {
    bool known = false;
    bool self_draining = false;
    std::map<std::string, Peer, std::less<>> peers;
  };

  bool Answers(const Peer& peer) const;
  bool SilentLong(const Peer& peer) const;

  const CopyRules rules_;
  const Clock* clock_;
  SteadyTime since_ = clock_->Steady();
  mutable Guarded<State> state_;
};

}  // namespace yundisk::storage
