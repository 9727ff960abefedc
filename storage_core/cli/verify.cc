#include "storage_core/cli/verify.h"

#include <chrono>
#include <string_view>
#include <vector>

#include "storage_core/cli/copies.h"

namespace yundisk::cli {
namespace {

// A disk that reads more slowly than this is not waited for.
constexpr std::uint64_t kSlowestBytesPerSecond = std::uint64_t{1} << 20U;
constexpr std::chrono::seconds kGrace{60};

// Members answer when they have read it all.
Result<std::vector<Copy>> AskPatiently(const DaemonCaller& daemons, const client::ObjectKey& key,
                                       wire::CopyAction action) {
  TRY(const std::vector<Copy> known, AskForCopies(daemons, key, wire::CopyAction::kTell));
  const auto reading =
      std::chrono::seconds(Count(known).largest_size_bytes / kSlowestBytesPerSecond);
  return AskForCopies(daemons.WithPatience(kGrace + reading), key, action);
}

Result<void> Tell(std::string_view doing, const client::ObjectKey& key,
                  const std::vector<Copy>& copies, const Output& output) {
  if (output.json)
    PrintJson(output, ToJson(key.file_id, copies));
  else
    output.out << CopyText(copies);
  return Verdict(doing, key.file_id, copies);
}

}  // namespace

Result<void> Verify(const DaemonCaller& daemons, const client::ObjectKey& key, bool reread,
                    const Output& output) {
  TRY(const std::vector<Copy> copies, reread ? AskPatiently(daemons, key, wire::CopyAction::kReread)
                                             : AskForCopies(daemons, key, wire::CopyAction::kTell));
  return Tell("verifying", key, copies, output);
}

Result<void> RepairObject(const DaemonCaller& daemons, const client::ObjectKey& key,
                          const Output& output) {
  TRY(const std::vector<Copy> copies, AskPatiently(daemons, key, wire::CopyAction::kRepair));
  return Tell("repairing", key, copies, output);
}

}  // namespace yundisk::cli
