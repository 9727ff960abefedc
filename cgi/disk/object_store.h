// The storage core as the disk uses it, as interfaces, so that the domain is tested without
// daemons. Contents are objects of one application and user; MariaDB alone knows people.
//
// Every implementation is thread-safe; every call blocks, at most for the deadlines of
// client::Options.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "storage_core/client/cluster.h"

namespace yundisk::disk {

// Whose the objects are.
inline constexpr const char* kBlobApplication = "yundisk";
inline constexpr const char* kBlobUser = "blobs";

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // A fresh id in a group with room for `size_bytes`.
  virtual Result<std::string> NewFileId(std::uint64_t size_bytes) = 0;
  // Success only once the content is durable.
  virtual Result<void> Put(const std::string& file_id, ByteView content) = 0;
  virtual Result<void> Put(const std::string& file_id, std::uint64_t size_bytes,
                           const client::Source& source) = 0;
  // Takes a spooled file by rename; kUnavailable when the storage is on another machine.
  virtual Result<client::Digest> Adopt(const std::string& file_id, std::uint64_t size_bytes,
                                       const std::string& spool_name) = 0;
  virtual Result<client::ObjectInfo> Stat(const std::string& file_id) = 0;
  // `size_bytes` 0: to the end.
  virtual Result<void> Get(const std::string& file_id, std::uint64_t offset,
                           std::uint64_t size_bytes, const client::Sink& sink) = 0;
  virtual Result<void> Delete(const std::string& file_id) = 0;
};

// Numbers for rows (nodes, blobs): never drawn before, from 1.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual Result<std::int64_t> NextId() = 0;
};

class ClusterObjectStore final : public ObjectStore, public IdSource {
 public:
  // `cluster` outlives it.
  explicit ClusterObjectStore(client::Cluster& cluster) : cluster_(cluster) {}

  Result<std::string> NewFileId(std::uint64_t size_bytes) override;
  Result<void> Put(const std::string& file_id, ByteView content) override;
  Result<void> Put(const std::string& file_id, std::uint64_t size_bytes,
                   const client::Source& source) override;
  Result<client::Digest> Adopt(const std::string& file_id, std::uint64_t size_bytes,
                               const std::string& spool_name) override;
  Result<client::ObjectInfo> Stat(const std::string& file_id) override;
  Result<void> Get(const std::string& file_id, std::uint64_t offset, std::uint64_t size_bytes,
                   const client::Sink& sink) override;
  Result<void> Delete(const std::string& file_id) override;
  Result<std::int64_t> NextId() override;

 private:
  client::Cluster& cluster_;
};

}  // namespace yundisk::disk
