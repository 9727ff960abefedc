#include "tests/simulation/simulated_disk.h"

#include <algorithm>
#include <utility>

#include "common/base/check.h"

namespace yundisk::simulation {
namespace {

constexpr std::chrono::microseconds kOperationTime{100};

Error Dead() { return Error(Code::kInternal, "the machine is down"); }

}  // namespace

std::string SimulatedDisk::FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

void SimulatedDisk::ApplyName(std::map<std::string, std::shared_ptr<Node>>& names,
                              const NameChange& change) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.node;
}

void SimulatedDisk::ChangeName(NameChange change) {
  ApplyName(names_, change);
  name_changes_.push_back(std::move(change));
}

void SimulatedDisk::SyncFolder(const std::string& path) {
  if (bug_ == DiskBug::kNoFolderSync) return;
  std::erase_if(name_changes_, [&](const NameChange& change) {
    const bool here = (!change.removed.empty() && FolderOf(change.removed) == path) ||
                      (!change.added.empty() && FolderOf(change.added) == path);
    if (here) ApplyName(durable_names_, change);
    return here;
  });
}

void SimulatedDisk::CutPower(SeededRandom& random) {
  for (const NameChange& change : name_changes_)
    if (random.OneIn(2)) ApplyName(durable_names_, change);
  name_changes_.clear();
  names_ = durable_names_;
  for (auto& [path, node] : names_) LosePart(*node, random);
}

void SimulatedDisk::LosePart(Node& node, SeededRandom& random) {
  if (node.size_dirty && random.OneIn(2)) node.durable.resize(node.current.size());
  for (const std::uint64_t sector : node.dirty_sectors) {
    const std::size_t at = sector * kSectorBytes;
    if (random.OneIn(2) || at >= node.durable.size()) continue;
    const std::size_t end = std::min({at + kSectorBytes, node.durable.size(), node.current.size()});
    if (at < end)
      std::copy(node.current.begin() + static_cast<std::ptrdiff_t>(at),
                node.current.begin() + static_cast<std::ptrdiff_t>(end),
                node.durable.begin() + static_cast<std::ptrdiff_t>(at));
  }
  node.current = node.durable;
  node.dirty_sectors.clear();
  node.size_dirty = false;
}

void SimulatedDisk::Rot(const std::string& path, std::uint64_t offset) {
  Node& node = *names_.at(path);
  CHECK(offset < node.durable.size());
  node.current[offset] ^= std::byte{1};
  node.durable[offset] ^= std::byte{1};
}

void SimulatedDisk::MakeUnreadable(const std::string& path, std::uint64_t offset) {
  Node& node = *names_.at(path);
  CHECK(offset < node.durable.size());
  node.unreadable.insert(offset);
}

std::size_t SimulatedDisk::RotEvery(ByteView what, SeededRandom& random) {
  std::size_t found = 0;
  for (const auto& [path, node] : names_) {
    const auto at = std::ranges::search(node->durable, what);
    if (at.empty()) continue;
    const auto start = static_cast<std::uint64_t>(at.begin() - node->durable.begin());
    const std::uint64_t where = start + random.Below(what.size());
    if (node->durable.size() == what.size() && random.OneIn(2))
      MakeUnreadable(path, where);
    else
      Rot(path, where);
    ++found;
  }
  return found;
}

void SimulatedDisk::PutFile(const std::string& path, Bytes content) {
  auto node = std::make_shared<Node>();
  node->current = content;
  node->durable = std::move(content);
  names_[path] = node;
  durable_names_[path] = std::move(node);
}

void SimulatedDisk::PutUnsyncedFile(const std::string& path, Bytes content) {
  PutFile(path, {});
  Node& node = *names_.at(path);
  node.current = std::move(content);
  node.size_dirty = true;
  for (std::uint64_t at = 0; at * kSectorBytes < node.current.size(); ++at)
    node.dirty_sectors.insert(at);
}

std::optional<Bytes> SimulatedDisk::Content(const std::string& path) const {
  const auto found = names_.find(path);
  if (found == names_.end()) return std::nullopt;
  return found->second->current;
}

std::vector<std::string> SimulatedDisk::Files(const std::string& prefix) const {
  std::vector<std::string> files;
  for (const auto& [path, node] : names_)
    if (path.starts_with(prefix)) files.push_back(path);
  return files;
}

std::uint64_t SimulatedDisk::UsedBytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, node] : names_) used += node->current.size();
  return used;
}

Result<void> SimulatedDisk::Write(Node& node, std::uint64_t offset, ByteView bytes,
                                  std::int64_t now_ns) {
  if (const int error_number = std::exchange(fail_next_write_, 0); error_number != 0) {
    if (bytes.size() > 1)
      static_cast<void>(Write(node, offset, bytes.first(bytes.size() / 2), now_ns));
    return Error::FromErrno(error_number, "writing");
  }
  const std::uint64_t end = offset + bytes.size();
  if (end > node.current.size()) {
    if (UsedBytes() + (end - node.current.size()) > capacity_bytes_)
      return Error::FromErrno(ENOSPC, "writing");
    node.current.resize(end);
    node.size_dirty = true;
  }
  std::ranges::copy(bytes, node.current.begin() + static_cast<std::ptrdiff_t>(offset));
  node.unreadable.erase(node.unreadable.lower_bound(offset), node.unreadable.lower_bound(end));
  for (std::uint64_t at = offset / kSectorBytes; at * kSectorBytes < end; ++at)
    node.dirty_sectors.insert(at);
  node.modified_ns = now_ns;
  node.changed_ns = now_ns;
  return {};
}

// Brings to the platters what was dirty when the sync began.
Result<void> SimulatedDisk::Sync(Node& node, const std::set<std::uint64_t>& sectors) {
  ++file_syncs_;
  if (bug_ == DiskBug::kNoFileSync) return {};
  const int error_number = std::exchange(fail_next_sync_, 0);
  node.durable.resize(std::max(node.durable.size(), node.current.size()));
  node.size_dirty = false;
  for (const std::uint64_t sector : sectors) {
    node.dirty_sectors.erase(sector);
    // One that fails may have brought some of it to the disk.
    if (error_number != 0 && Mixed(file_syncs_ ^ Mixed(sector)) % 2 == 0) continue;
    const std::size_t at = sector * kSectorBytes;
    const std::size_t end = std::min(at + kSectorBytes, node.current.size());
    std::copy(node.current.begin() + static_cast<std::ptrdiff_t>(at),
              node.current.begin() + static_cast<std::ptrdiff_t>(end),
              node.durable.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (error_number != 0) return Error::FromErrno(error_number, "syncing");
  return {};
}

class SimulatedFile final : public storage::File {
 public:
  SimulatedFile(SimulatedFileSystem& files, std::shared_ptr<SimulatedDisk::Node> node)
      : files_(files), node_(std::move(node)) {}

  storage::Task<std::size_t> ReadAt(std::uint64_t offset, MutableByteView into) override {
    CO_TRY_VOID(co_await files_.Begin());
    const Bytes& content = node_->current;
    if (offset >= content.size()) co_return std::size_t{0};
    const std::size_t size = std::min<std::size_t>(into.size(), content.size() - offset);
    const auto unreadable = node_->unreadable.lower_bound(offset);
    if (unreadable != node_->unreadable.end() && *unreadable < offset + size)
      co_return Error::FromErrno(EIO, "reading");
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), size, into.begin());
    co_return size;
  }

  storage::Task<void> WriteAt(std::uint64_t offset, std::span<const ByteView> pieces) override {
    CO_TRY_VOID(co_await files_.Begin());
    for (const ByteView piece : pieces) {
      CO_TRY_VOID(files_.disk_.Write(*node_, offset, piece, files_.NowNs()));
      offset += piece.size();
    }
    co_return Result<void>();
  }

  storage::Task<void> Sync() override {
    const std::set<std::uint64_t> dirty = node_->dirty_sectors;
    CO_TRY_VOID(co_await files_.Begin());
    co_return files_.disk_.Sync(*node_, dirty);
  }

  storage::Task<storage::FileFacts> Facts() override {
    CO_TRY_VOID(co_await files_.Begin());
    storage::FileFacts facts;
    facts.regular = true;
    facts.mine = true;
    facts.links = node_->links;
    facts.size_bytes = node_->current.size();
    facts.modified_ns = node_->modified_ns;
    facts.changed_ns = node_->changed_ns;
    co_return facts;
  }

 private:
  SimulatedFileSystem& files_;
  std::shared_ptr<SimulatedDisk::Node> node_;
};

boost::asio::awaitable<Result<void>> SimulatedFileSystem::Begin() {
  co_await scheduler_.Delay(kOperationTime);
  if (*dead_) co_return Dead();
  co_return Result<void>();
}

storage::Task<std::unique_ptr<storage::File>> SimulatedFileSystem::Open(const std::string& path,
                                                                        storage::OpenMode mode) {
  CO_TRY_VOID(co_await Begin());
  const auto found = disk_.names_.find(path);
  if (mode == storage::OpenMode::kCreate) {
    if (found != disk_.names_.end()) co_return Error(Code::kExists, path + " exists");
    auto node = std::make_shared<SimulatedDisk::Node>();
    disk_.ChangeName({"", path, node});
    co_return std::make_unique<SimulatedFile>(*this, node);
  }
  if (found == disk_.names_.end()) co_return Error::FromErrno(ENOENT, path);
  co_return std::make_unique<SimulatedFile>(*this, found->second);
}

storage::Task<void> SimulatedFileSystem::Rename(const std::string& from, const std::string& to) {
  CO_TRY_VOID(co_await Begin());
  const auto found = disk_.names_.find(from);
  if (found == disk_.names_.end()) co_return Error::FromErrno(ENOENT, from);
  if (disk_.names_.contains(to)) co_return Error(Code::kExists, to + " exists");
  const std::shared_ptr<SimulatedDisk::Node> node = found->second;
  node->changed_ns = NowNs();
  disk_.ChangeName({from, to, node});
  co_return Result<void>();
}

storage::Task<void> SimulatedFileSystem::Remove(const std::string& path) {
  CO_TRY_VOID(co_await Begin());
  if (!disk_.names_.contains(path)) co_return Error::FromErrno(ENOENT, path);
  disk_.ChangeName({path, "", nullptr});
  co_return Result<void>();
}

storage::Task<void> SimulatedFileSystem::SyncFolder(const std::string& path) {
  CO_TRY_VOID(co_await Begin());
  disk_.SyncFolder(path);
  co_return Result<void>();
}

storage::Task<void> SimulatedFileSystem::MakeFolder(const std::string& path) {
  if (*dead_) co_return Dead();
  disk_.folders_.insert(path);
  co_return Result<void>();
}

storage::Task<std::vector<std::string>> SimulatedFileSystem::List(const std::string& path) {
  if (*dead_) co_return Dead();
  std::set<std::string> names;
  const std::string prefix = path + '/';
  for (auto at = disk_.names_.lower_bound(prefix);
       at != disk_.names_.end() && at->first.starts_with(prefix); ++at)
    names.insert(
        at->first.substr(prefix.size(), at->first.find('/', prefix.size()) - prefix.size()));
  for (auto at = disk_.folders_.lower_bound(prefix);
       at != disk_.folders_.end() && at->starts_with(prefix); ++at)
    names.insert(at->substr(prefix.size(), at->find('/', prefix.size()) - prefix.size()));
  co_return std::vector<std::string>(names.begin(), names.end());
}

storage::Task<std::uint64_t> SimulatedFileSystem::FreeBytes(const std::string& /*path*/) {
  if (*dead_) co_return Dead();
  const std::uint64_t used = disk_.UsedBytes();
  co_return disk_.capacity_bytes_ - std::min(used, disk_.capacity_bytes_);
}

}  // namespace yundisk::simulation
