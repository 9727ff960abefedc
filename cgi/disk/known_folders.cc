#include "cgi/disk/known_folders.h"

#include <utility>

namespace yundisk::disk {

const Node* KnownFolders::Find(const ChildKey& key, std::uint64_t journal_sequence) const {
  const auto tree = trees_.find(key.user_id);
  if (tree == trees_.end() || tree->second.journal_sequence != journal_sequence) return nullptr;
  const auto folder = tree->second.folders.find(key);
  return folder == tree->second.folders.end() ? nullptr : &folder->second;
}

void KnownFolders::Learn(std::int64_t user_id, std::uint64_t before, std::uint64_t after,
                         std::vector<Node> folders) {
  if (count_ + folders.size() > kFoldersMax) Forget();
  Tree& tree = trees_[user_id];
  if (tree.journal_sequence != before) {
    count_ -= tree.folders.size();
    tree.folders.clear();
  }
  tree.journal_sequence = after;
  for (Node& folder : folders) {
    ChildKey key{folder.user_id, folder.parent_id, folder.name};
    count_ += tree.folders.insert_or_assign(std::move(key), std::move(folder)).second ? 1 : 0;
  }
}

void KnownFolders::Forget() {
  trees_.clear();
  count_ = 0;
}

}  // namespace yundisk::disk
