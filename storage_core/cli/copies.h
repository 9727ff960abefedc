// The copies of an object, one on each member of its group, as the members themselves tell them
// (command 77).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <json/value.h>

#include "common/base/result.h"
#include "common/protocol/operator_messages.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/client/cluster.h"

namespace yundisk::cli {

enum class CopyState {
  kHealthy,
  kMissing,      // the member does not have it
  kDeleted,      // the member has it deleted
  kDiffering,    // size or checksum are not those of the others
  kDamaged,      // what the member's disk gives is not what was stored
  kUnavailable,  // the member did not answer, or could not look at it now
};

struct Copy {
  std::string node;
  std::string address;
  bool wanted = true;  // the member is not about to be taken away (draining)
  CopyState state = CopyState::kUnavailable;
  std::optional<wire::CopyTold> told = {};  // when the member has it, damaged or not
  bool mended = false;                      // it was missing or damaged before it was asked
  std::string problem = {};                 // in words, when it is unavailable
};

// What all copies make together. Only those on members that stay count.
struct CopyCount {
  std::size_t healthy = 0;
  std::size_t wanted = 0;
  std::size_t unavailable = 0;
  std::size_t mended = 0;           // on any member
  bool anywhere = false;            // some member has it, in whatever state
  std::uint64_t verified_at_s = 0;  // the healthy copy that was not read for longest; 0: none
  std::uint64_t largest_size_bytes = 0;
};

std::string_view StateText(CopyState state);

// Asks every member of the object's group. kNotFound when there is no such group.
Result<std::vector<Copy>> AskForCopies(const DaemonCaller& daemons, const client::ObjectKey& key,
                                       wire::CopyAction action);

// Decides which of the copies that are whole are healthy: those that are what most of them are.
// Where there is no majority all of them are differing.
void Judge(std::vector<Copy>& copies);

CopyCount Count(const std::vector<Copy>& copies);

// A line for each member, and "copies 2 of 2 healthy, ...".
std::string CopyText(const std::vector<Copy>& copies);
Json::Value ToJson(const std::string& file_id, const std::vector<Copy>& copies);

// Success when every wanted copy is healthy; else kNotFound: nobody has it; kUnavailable: those
// that told are healthy, or have nothing; kCorrupt: anything else. `doing`: "verifying".
Result<void> Verdict(std::string_view doing, const std::string& file_id,
                     const std::vector<Copy>& copies);

}  // namespace yundisk::cli
