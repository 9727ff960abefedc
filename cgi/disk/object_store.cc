#include "cgi/disk/object_store.h"

namespace yundisk::disk {
namespace {

constexpr std::string_view kRowIds = "rows";

client::ObjectKey KeyOf(const std::string& file_id) {
  return {kBlobApplication, kBlobUser, file_id};
}

}  // namespace

Result<std::string> ClusterObjectStore::NewFileId(std::uint64_t size_bytes) {
  const client::ObjectKey key = KeyOf("");
  return cluster_.NewFileId(key.application, key.user, size_bytes);
}

Result<void> ClusterObjectStore::Put(const std::string& file_id, ByteView content) {
  return cluster_.Upload(KeyOf(file_id), content);
}

Result<void> ClusterObjectStore::Put(const std::string& file_id, std::uint64_t size_bytes,
                                     const client::Source& source) {
  return cluster_.Upload(KeyOf(file_id), size_bytes, source);
}

Result<client::Digest> ClusterObjectStore::Adopt(const std::string& file_id,
                                                 std::uint64_t size_bytes,
                                                 const std::string& spool_name) {
  return cluster_.Adopt(KeyOf(file_id), size_bytes, spool_name);
}

Result<client::ObjectInfo> ClusterObjectStore::Stat(const std::string& file_id) {
  return cluster_.Stat(KeyOf(file_id));
}

Result<void> ClusterObjectStore::Get(const std::string& file_id, std::uint64_t offset,
                                     std::uint64_t size_bytes, const client::Sink& sink) {
  return cluster_.Download(KeyOf(file_id), offset, size_bytes, sink);
}

Result<void> ClusterObjectStore::Delete(const std::string& file_id) {
  return cluster_.Delete(KeyOf(file_id));
}

Result<std::int64_t> ClusterObjectStore::NextId() {
  TRY(const std::uint64_t id, cluster_.NextId(kRowIds));
  return static_cast<std::int64_t>(id);
}

}  // namespace yundisk::disk
