#include "tests/fault/storage_faults/failing_file_system.h"

#include <utility>

namespace yundisk::faults {
namespace {

using storage::Task;

class FailingFile final : public storage::File {
 public:
  FailingFile(std::unique_ptr<storage::File> file, std::string path, Injector& injector)
      : file_(std::move(file)), path_(std::move(path)), injector_(injector) {}

  Task<std::size_t> ReadAt(std::uint64_t offset, MutableByteView into) override {
    if (injector_.Strikes(Call::kRead)) co_return injector_.error(path_);
    co_return co_await file_->ReadAt(offset, into);
  }
  Task<void> WriteAt(std::uint64_t offset, std::span<const ByteView> pieces) override {
    if (injector_.Strikes(Call::kWrite)) injector_.disk().FailNextWrite(injector_.error_number());
    co_return co_await file_->WriteAt(offset, pieces);
  }
  Task<void> Sync() override {
    injector_.Syncing(path_);
    if (injector_.Strikes(Call::kSync)) {
      injector_.disk().FailNextSync(injector_.error_number());
      injector_.SyncFailed(path_);
    }
    co_return co_await file_->Sync();
  }
  Task<storage::FileFacts> Facts() override { co_return co_await file_->Facts(); }

 private:
  std::unique_ptr<storage::File> file_;
  std::string path_;
  Injector& injector_;
};

}  // namespace

std::string_view NameOf(Call call) {
  constexpr std::array<std::string_view, kCalls> kNames{
      "open",  "read",   "write", "fsync", "rename", "unlink", "fsync of a folder",
      "mkdir", "readdir"};
  return kNames[static_cast<std::size_t>(call)];
}

Task<std::unique_ptr<storage::File>> FailingFileSystem::Open(const std::string& path,
                                                             storage::OpenMode mode) {
  if (injector_.Strikes(Call::kOpen)) co_return injector_.error(path);
  CO_TRY(auto file, co_await files_.Open(path, mode));
  if (mode == storage::OpenMode::kCreate) injector_.Created(path);
  co_return std::make_unique<FailingFile>(std::move(file), path, injector_);
}

Task<void> FailingFileSystem::Rename(const std::string& from, const std::string& to) {
  if (injector_.Strikes(Call::kRename)) co_return injector_.error(from);
  co_return co_await files_.Rename(from, to);
}

Task<void> FailingFileSystem::Remove(const std::string& path) {
  if (injector_.Strikes(Call::kRemove)) co_return injector_.error(path);
  co_return co_await files_.Remove(path);
}

// A folder that was synced in vain keeps its changes in memory, as files do not: what is asked of
// the storage is only that it does not acknowledge.
Task<void> FailingFileSystem::SyncFolder(const std::string& path) {
  if (injector_.Strikes(Call::kSyncFolder)) co_return injector_.error(path);
  co_return co_await files_.SyncFolder(path);
}

Task<void> FailingFileSystem::MakeFolder(const std::string& path) {
  if (injector_.Strikes(Call::kMakeFolder)) co_return injector_.error(path);
  co_return co_await files_.MakeFolder(path);
}

Task<std::vector<std::string>> FailingFileSystem::List(const std::string& path) {
  if (injector_.Strikes(Call::kList)) co_return injector_.error(path);
  co_return co_await files_.List(path);
}

Task<std::uint64_t> FailingFileSystem::FreeBytes(const std::string& path) {
  co_return co_await files_.FreeBytes(path);
}

}  // namespace yundisk::faults
