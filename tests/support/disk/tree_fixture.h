// Trees over a real MariaDB and an object store in memory, for tests of the disk and of its
// endpoints.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cgi/disk/collector.h"
#include "cgi/disk/committer.h"
#include "cgi/disk/pending_objects.h"
#include "cgi/disk/tree_reader.h"
#include "cgi/disk/tree_writer.h"
#include "cgi/disk/uploader.h"
#include "tests/support/disk/account_fixture.h"
#include "tests/support/disk/memory_object_store.h"

namespace yundisk::test {

inline disk::Path P(std::string_view text) { return disk::Path::Parse(text).value(); }

struct Trees {
  explicit Trees(const db::Options& database_options) : pool(database_options) {}

  // `quota_bytes` 0: none.
  disk::TreeOwner MakeUser(std::uint64_t quota_bytes = 0) {
    const std::int64_t id = ids.NextId().value();
    const std::int64_t root = ids.NextId().value();
    const std::string name = std::to_string(id);
    auto session = pool.Acquire().value();
    CHECK(session
              ->Execute("INSERT INTO users (id, username, username_key, role, scram_salt, "
                        "scram_memory_kib, scram_passes, scram_stored_key, scram_server_key, "
                        "password_is_initial, quota_bytes, used_bytes, root_id, journal_sequence, "
                        "created_at) VALUES (?, ?, ?, 'user', '', 0, 0, '', '', 0, ?, 0, ?, 0, 0)",
                        {id, std::string_view(name), std::string_view(name), quota_bytes, root})
              .ok());
    CHECK(session
              ->Execute("INSERT INTO nodes (id, user_id, parent_id, name, sort_key, kind, "
                        "size_bytes, revision, created_at, modified_at) VALUES "
                        "(?, ?, 0, '', '', 'folder', 0, 1, 0, 0)",
                        {root, id})
              .ok());
    return {id, root};
  }

  Result<disk::PutResult> Upload(const disk::TreeOwner& owner, std::string_view path,
                                 std::string_view content,
                                 const disk::Conditions& conditions = {}) {
    return uploader.Upload({owner.user_id, P(path), conditions, std::nullopt}, AsBytes(content));
  }
  // The content at a path; empty when there is none.
  std::string Read(const disk::TreeOwner& owner, std::string_view path) {
    const auto node = reader.Find(owner, P(path));
    if (!node || !(*node)->content) return "";
    return store.objects()[(*node)->content->file_id];
  }
  bool Exists(const disk::TreeOwner& owner, std::string_view path) {
    return reader.Find(owner, P(path)).ok();
  }
  std::int64_t Number(const std::string& sql) {
    const auto rows = pool.Acquire().value()->Query(sql).value();
    return rows.front().IsNull(0) ? 0 : rows.front().Int(0);
  }
  std::uint64_t Used(const disk::TreeOwner& owner) {
    return static_cast<std::uint64_t>(
        Number(fmt::format("SELECT used_bytes FROM users WHERE id = {}", owner.user_id)));
  }

  // What must hold whenever nobody works: quotas, references, journal; every blob has its object,
  // and every object is a blob's or pending. Empty when all is well.
  std::vector<std::string> Inconsistencies() {
    std::vector<std::string> found;
    const auto expect_none = [&](const std::string& what, const std::string& sql) {
      if (const std::int64_t count = Number(sql); count != 0)
        found.push_back(fmt::format("{} {}", count, what));
    };
    expect_none("users with a wrong use",
                "SELECT COUNT(*) FROM users u WHERE used_bytes != (SELECT "
                "COALESCE(SUM(size_bytes), 0) FROM nodes WHERE user_id = u.id)");
    expect_none("blobs with wrong references",
                "SELECT COUNT(*) FROM blobs b WHERE refs != (SELECT COUNT(*) FROM nodes WHERE "
                "blob_id = b.id)");
    expect_none("blobs with a wrong time of release",
                "SELECT COUNT(*) FROM blobs WHERE (refs = 0) != (unreferenced_at IS NOT NULL)");
    expect_none("nodes without their blob",
                "SELECT COUNT(*) FROM nodes n LEFT JOIN blobs b ON b.id = n.blob_id AND "
                "b.size_bytes = n.size_bytes WHERE (n.kind = 'file') != (b.id IS NOT NULL)");
    expect_none("nodes without their parent",
                "SELECT COUNT(*) FROM nodes n LEFT JOIN nodes p ON p.id = n.parent_id AND "
                "p.user_id = n.user_id AND p.kind = 'folder' WHERE n.parent_id > 0 AND p.id IS "
                "NULL");
    expect_none("journals with gaps",
                "SELECT COUNT(*) FROM users u WHERE journal_sequence != (SELECT COUNT(*) FROM "
                "journal WHERE user_id = u.id)");
    CheckObjects(found);
    return found;
  }

  void CheckObjects(std::vector<std::string>& found) {
    const std::set<std::string> blobs = FileIds("blobs");
    const std::set<std::string> expected = FileIds("pending_objects");
    const auto objects = store.objects();
    for (const std::string& blob : blobs)
      if (!objects.contains(blob)) found.push_back("blob without object " + blob);
    for (const auto& [file_id, content] : objects)
      if (!blobs.contains(file_id) && !expected.contains(file_id))
        found.push_back("leaked object " + file_id);
  }

  std::set<std::string> FileIds(std::string_view table) {
    const auto session = pool.Acquire().value();
    const auto rows = session->Query(fmt::format("SELECT file_id FROM {}", table)).value();
    std::set<std::string> file_ids;
    for (const auto& row : rows) file_ids.insert(row.Text(0));
    return file_ids;
  }

  ManualClock clock;
  CountingIds ids;
  MemoryObjectStore store;
  db::Pool pool;
  disk::Stamps stamps = disk::Stamps::Open("").value();
  disk::TreeReader reader{pool, stamps, clock};
  disk::TreeWriter writer{pool, ids, clock, stamps};
  disk::PendingObjects pending{pool, store, clock};
  disk::Committer committer{pool, ids, clock, stamps};
  disk::Uploader uploader{pool, store, pending, committer, clock};
};

}  // namespace yundisk::test
