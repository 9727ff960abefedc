// Folders that one thread's transactions met, so that the next one need not look them up again.
//
// What is known of a user's tree holds until someone else changes it: every change raises the
// user's journal_sequence, which a transaction reads under the lock of the user's row.
//
// Bound to its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "cgi/disk/node.h"

namespace yundisk::disk {

class KnownFolders {
 public:
  // Of all users together; beyond it everything is forgotten.
  static constexpr std::size_t kFoldersMax = 4096;

  // The folder, when the user's tree is still the one it was met in; else null. Valid until the
  // next call of another kind.
  const Node* Find(const ChildKey& key, std::uint64_t journal_sequence) const;
  // A transaction that took the user's tree from `before` to `after` met these folders, and neither
  // moved nor deleted any.
  void Learn(std::int64_t user_id, std::uint64_t before, std::uint64_t after,
             std::vector<Node> folders);
  void Forget();

 private:
  struct Tree {
    std::uint64_t journal_sequence = 0;
    std::map<ChildKey, Node> folders;
  };

  std::unordered_map<std::int64_t, Tree> trees_;
  std::size_t count_ = 0;  // of folders
};

}  // namespace yundisk::disk
