#include "cgi/disk/blob_ledger.h"

#include <set>

#include "cgi/disk/rows.h"

namespace yundisk::disk {

Result<void> BlobLedger::Load(db::Session& session, const std::vector<ContentKey>& keys) {
  std::vector<db::Value> values;
  values.reserve(keys.size() * 2);
  for (const ContentKey& key : keys) {
    values.emplace_back(ByteView(key.sha256));
    values.emplace_back(key.size_bytes);
  }
  TRY(const auto rows,
      QueryRows(session, "SELECT id, sha256, size_bytes, file_id FROM blobs WHERE ",
                "(sha256 = ? AND size_bytes = ? AND live = 1)", " OR ", " FOR UPDATE", values, 2));
  for (const db::Row& row : rows) {
    const ContentKey key{row.Digest(1), row.Unsigned(2)};
    live_[key] = Content{row.Int(0), key.size_bytes, key.sha256, row.Text(3)};
  }
  return {};
}

std::optional<Content> BlobLedger::Find(const ContentKey& key) const {
  const auto found = live_.find(key);
  if (found == live_.end()) return std::nullopt;
  return found->second;
}

Content BlobLedger::Make(std::int64_t blob_id, const StoredObject& object) {
  const Content content{blob_id, object.key.size_bytes, object.key.sha256, object.file_id};
  live_[object.key] = content;
  made_.push_back({blob_id, object});
  return content;
}

Result<void> BlobLedger::Flush(db::Session& session, std::int64_t now_ms) const {
  TRY_VOID(TakeFromPending(session));
  TRY_VOID(InsertMade(session, now_ms));
  return CountReferences(session, now_ms);
}

Result<void> BlobLedger::TakeFromPending(db::Session& session) const {
  std::vector<db::Value> file_ids;
  for (const Made& made : made_) file_ids.emplace_back(std::string_view(made.object.file_id));
  TRY(const std::uint64_t taken,
      ExecuteIn(session, "DELETE FROM pending_objects WHERE NOT deleting AND file_id IN ", {},
                file_ids));
  if (taken != made_.size())
    return Error(Code::kTimeout, "commit of an upload: its object was given up meanwhile");
  return {};
}

Result<void> BlobLedger::InsertMade(db::Session& session, std::int64_t now_ms) const {
  constexpr std::size_t kColumns = 8;
  std::vector<db::Value> values;
  values.reserve(made_.size() * kColumns);
  for (const Made& made : made_) {
    // None when the same transaction replaced it again.
    const auto counted = references_.find(made.blob_id);
    const std::int64_t references = counted == references_.end() ? 0 : counted->second;
    values.emplace_back(made.blob_id);
    values.emplace_back(ByteView(made.object.key.sha256));
    values.emplace_back(made.object.key.size_bytes);
    values.emplace_back(std::uint64_t{made.object.crc32});
    values.emplace_back(std::string_view(made.object.file_id));
    values.emplace_back(references);
    values.push_back(references == 0 ? db::Value(now_ms) : db::Value());
    values.emplace_back(now_ms);
  }
  TRY_VOID(session.ExecuteRows(
      "INSERT INTO blobs (id, sha256, size_bytes, crc32, file_id, refs, unreferenced_at, "
      "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      values));
  return {};
}

Result<void> BlobLedger::CountReferences(db::Session& session, std::int64_t now_ms) const {
  std::set<std::int64_t> made;
  for (const Made& blob : made_) made.insert(blob.blob_id);
  std::map<std::int64_t, std::vector<db::Value>> blobs_by_change;
  for (const auto& [blob_id, change] : references_)
    if (change != 0 && !made.contains(blob_id)) blobs_by_change[change].emplace_back(blob_id);
  for (const auto& [change, blob_ids] : blobs_by_change) {
    // MariaDB assigns from left to right: the second `refs` is the new one.
    TRY_VOID(ExecuteIn(session,
                       "UPDATE blobs SET refs = CAST(refs AS SIGNED) + ?, "
                       "unreferenced_at = IF(refs = 0, ?, NULL) WHERE id IN ",
                       {change, now_ms}, blob_ids));
  }
  return {};
}

}  // namespace yundisk::disk
