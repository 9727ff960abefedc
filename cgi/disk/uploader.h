// Takes a whole content into a user's tree: digest, object, blob, node. Nothing is visible before
// everything is durable; whatever fails leaves the tree as it was and, at worst, an object that the
// collector removes (pending_objects.h).
//
// The same content is stored once: a live blob with the same SHA-256 and size is referenced
// instead. Contents up to kStoredUnseenBytes are stored without asking MariaDB first unless this
// process saw them lately: the question costs more than storing, and the surplus object of the rare
// duplicate is deleted after the commit.
//
// Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cgi/disk/committer.h"
#include "cgi/disk/object_store.h"
#include "cgi/disk/pending_objects.h"
#include "cgi/disk/stamped_cache.h"

namespace yundisk::disk {

struct UploadTarget {
  std::int64_t user_id;
  Path path;
  Conditions conditions;
  std::optional<Sha256> expected;  // what the client says the content is
};

class Uploader {
 public:
  static constexpr std::uint64_t kStoredUnseenBytes = 16 * 1024;

  // All outlive it.
  Uploader(db::Pool& pool, ObjectStore& store, PendingObjects& pending, Committer& committer,
           const Clock& clock)
      : pool_(pool),
        store_(store),
        pending_(pending),
        committer_(committer),
        recent_(kRecentBytes, clock) {}

  // kDigestMismatch when the content is not what the client says; else what TreeEdit::Put refuses,
  // and what the storage core and MariaDB report.
  Result<PutResult> Upload(const UploadTarget& target, ByteView content);
  // A spooled file: `folder`/`name`. It stays where it is when anything fails, and may be gone when
  // nothing does.
  Result<PutResult> UploadSpooled(const UploadTarget& target, const std::string& folder,
                                  const std::string& name);

 private:
  static constexpr std::size_t kRecentBytes = std::size_t{1} << 20;

  // Whether it is worth trying to reference a blob before storing.
  Result<bool> MayBeStored(const ContentKey& key);
  // Stores a content under the id it is given.
  using PutUnderId = std::function<Result<client::Digest>(const std::string& file_id)>;
  // Under a fresh id, of another group when the first is in trouble.
  Result<StoredObject> Store(std::uint64_t size_bytes, const PutUnderId& put);
  Result<StoredObject> StoreSpooled(const std::string& folder, const std::string& name);
  // No storage takes the file itself, or the one that did is gone with it: the bytes travel.
  Result<client::Digest> Stream(const std::string& file_id, int file, std::uint64_t size_bytes);
  Result<PutResult> CommitStored(const UploadTarget& target, const StoredObject& stored);

  db::Pool& pool_;
  ObjectStore& store_;
  PendingObjects& pending_;
  Committer& committer_;
  StampedCache<std::string, bool> recent_;  // contents seen lately, by KeyText
};

}  // namespace yundisk::disk
