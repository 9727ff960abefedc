// The storage core as the endpoints and the command line see it: blocking calls with deadlines,
// pooled and authenticated connections, the next address when one fails.
//
// Thread-safe. Nothing here touches MariaDB or HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "storage_core/client/network.h"

namespace yundisk::client {

// Names an object: application (at most 16 bytes), user (256), file id (128); UTF-8 without control
// characters.
struct ObjectKey {
  std::string application;
  std::string user;
  std::string file_id;
};

struct Options {
  std::vector<std::string> trackers{"127.0.0.1:21000"};
  std::vector<std::string> id_servers{"127.0.0.1:22000"};
  std::string secret_file;  // empty: no authentication (loopback only)
  std::string region;       // where new content is wanted, if it has room; empty: anywhere
  std::chrono::milliseconds connect_timeout{1000};
  // For one request; for streamed content, for each piece of it. The answer to an upload has
  // longer, the more the larger it is; where another daemon may know as well, a question waits for
  // less than a second (connection_pool.h).
  std::chrono::milliseconds call_timeout{10000};
  std::chrono::milliseconds address_cache{1000};  // how long a tracker's answer is used
  // How often new trackers and ID servers are learned, by a thread of its own; 0: never.
  std::chrono::milliseconds learn_every{5000};
  std::size_t connections_per_address = 64;
  std::uint32_t id_block = 64;  // ids drawn at once (command 41)
  // A storage that takes longer to begin its answer is slow; the trackers are told
  // (call_reports.h).
  std::chrono::milliseconds slow_after{2000};
};

struct ObjectInfo {
  std::uint64_t size_bytes;
  std::uint32_t crc32;
  Sha256 sha256;
  std::uint64_t verified_at_s;  // seconds since 1970
  // Where nginx may read a large object itself, relative to the storage's data folder, when the
  // storage vouches for the file now (verified within verify_max_age; size, mtime and ctime
  // unchanged). Empty: read it through Download.
  std::string local_file;
};

struct Digest {
  Sha256 sha256;
  std::uint32_t crc32;
};

// Gives the content piece by piece: up to buffer.size() bytes, 0 at the end.
using Source = std::function<Result<std::size_t>(MutableByteView buffer)>;
// Takes the content piece by piece; an error ends the download.
using Sink = std::function<Result<void>(ByteView piece)>;

class Cluster {
 public:
  // What the environment has outlives the cluster.
  explicit Cluster(Options options, const Environment& environment = SystemEnvironment());
  ~Cluster();

  // A number never drawn before for `key` (1 to 64 bytes).
  Result<std::uint64_t> NextId(std::string_view key);
  // A fresh id "<group>/<number>" in a group with room for `size_bytes`.
  Result<std::string> NewFileId(const std::string& application, const std::string& user,
                                std::uint64_t size_bytes);

  // Success only once the content is durable on the replicas asked for.
  Result<void> Upload(const ObjectKey& key, ByteView content);
  Result<void> Upload(const ObjectKey& key, std::uint64_t size_bytes, const Source& source);
  // The storage takes the file `spool_name` of its spool folder (same file system, renamed, not
  // copied) as the object, and tells the digest it computed. kUnavailable when the storage has no
  // such folder (another machine): stream it with Upload instead. On any failure the spooled file
  // is still there.
  Result<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                       const std::string& spool_name);

  Result<std::uint64_t> Size(const ObjectKey& key);
  Result<ObjectInfo> Stat(const ObjectKey& key);
  // `size_bytes` 0: to the end. Continues at the byte reached on the next replica when one fails.
  Result<void> Download(const ObjectKey& key, std::uint64_t offset, std::uint64_t size_bytes,
                        const Sink& sink);
  Result<void> Delete(const ObjectKey& key);

  // "ip:port" of the active storages that hold, or would hold, the object; best first.
  Result<std::vector<std::string>> Addresses(const ObjectKey& key);
  // The tracker's text: "groups N", "group ...", "storage ..." lines, tab-separated.
  Result<std::string> GroupList();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yundisk::client
