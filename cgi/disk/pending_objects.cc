#include "cgi/disk/pending_objects.h"

#include <utility>

#include "cgi/disk/rows.h"
#include "common/base/log.h"

namespace yundisk::disk {
namespace {

// File ids are "<group>/<number>".
std::string_view GroupOf(std::string_view file_id) { return file_id.substr(0, file_id.find('/')); }

}  // namespace

Result<std::string> PendingObjects::Take(std::uint64_t size_bytes) {
  if (size_bytes > kSharedBytesMax) {
    TRY(auto file_ids, Draw(size_bytes, 1));
    return std::move(file_ids.front());
  }
  // Held while drawing: the other threads want the same 64 ids.
  const auto drawn = drawn_.Lock();
  if (drawn->file_ids.empty() || clock_.Steady() - drawn->at > kUseWithin) {
    TRY(drawn->file_ids, Draw(kSharedBytesMax, kDrawnAtOnce));
    drawn->at = clock_.Steady();
  }
  std::string file_id = std::move(drawn->file_ids.back());
  drawn->file_ids.pop_back();
  return file_id;
}

void PendingObjects::Discard(const std::string& file_id) {
  const Result<void> deleted = store_.Delete(file_id);
  if (!deleted && deleted.error().code() != Code::kNotFound) {
    LogWarning("delete the unused object {}: {}", file_id, deleted.error().message());
    return;
  }
  const auto removed = pool_.InTransaction([&](db::Session& session) {
    return session.Execute("DELETE FROM pending_objects WHERE file_id = ?",
                           {std::string_view(file_id)});
  });
  if (!removed) LogWarning("forget the unused object {}: {}", file_id, removed.error().message());
}

Result<std::optional<std::string>> PendingObjects::TakeElsewhere(const std::string& failed,
                                                                 std::uint64_t size_bytes) {
  TRY(std::string file_id, store_.NewFileId(size_bytes));
  if (GroupOf(file_id) == GroupOf(failed)) return std::optional<std::string>();
  TRY_VOID(WriteDown({file_id}));
  drawn_.Lock()->file_ids.clear();
  return std::optional<std::string>(std::move(file_id));
}

Result<std::vector<std::string>> PendingObjects::Draw(std::uint64_t size_bytes, std::size_t count) {
  std::vector<std::string> file_ids;
  while (file_ids.size() < count) {
    TRY(std::string file_id, store_.NewFileId(size_bytes));
    file_ids.push_back(std::move(file_id));
  }
  TRY_VOID(WriteDown(file_ids));
  return file_ids;
}

Result<void> PendingObjects::WriteDown(const std::vector<std::string>& file_ids) {
  const std::int64_t now_ms = clock_.Now().time_since_epoch().count();
  std::vector<db::Value> values;
  for (const std::string& file_id : file_ids) {
    values.emplace_back(std::string_view(file_id));
    values.emplace_back(now_ms);
  }
  TRY_VOID(pool_.InTransaction([&](db::Session& session) {
    return session.ExecuteRows("INSERT INTO pending_objects (file_id, created_at) VALUES (?, ?)",
                               values);
  }));
  return {};
}

}  // namespace yundisk::disk
