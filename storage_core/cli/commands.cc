#include "storage_core/cli/commands.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <json/value.h>

#include "common/base/clock.h"
#include "common/protocol/address.h"
#include "storage_core/cli/copies.h"
#include "storage_core/cli/file_descriptor.h"
#include "storage_core/cli/group_list.h"
#include "storage_core/cli/progress_bar.h"
#include "storage_core/client/locator.h"

namespace yundisk::cli {
namespace {

Result<void> UploadFile(client::Cluster& cluster, const client::ObjectKey& key,
                        const FileDescriptor& file, std::uint64_t size_bytes) {
  ProgressBar bar("upload", size_bytes);
  return cluster.Upload(key, size_bytes, [&](MutableByteView buffer) -> Result<std::size_t> {
    TRY(const std::size_t count, file.Read(buffer));
    bar.Add(count);
    return count;
  });
}

Result<void> DownloadTo(client::Cluster& cluster, const client::ObjectKey& key, DownloadRange range,
                        const FileDescriptor& file) {
  std::uint64_t total = range.size_bytes;
  if (total == 0) {
    TRY(const std::uint64_t size, cluster.Size(key));
    total = size > range.offset ? size - range.offset : 0;
  }
  ProgressBar bar("download", total);
  return cluster.Download(key, range.offset, range.size_bytes, [&](ByteView piece) {
    bar.Add(piece.size());
    return file.WriteAll(piece);
  });
}

// A storage that broke off in the middle is back soon, or another group takes the file.
constexpr int kUploadAttempts = 3;
constexpr std::chrono::seconds kUploadPause{2};

bool IsPassing(Code code) {
  return code == Code::kUnavailable || code == Code::kTooFewReplicas || code == Code::kTimeout;
}

std::uint64_t Now() { return SecondsSince1970(SystemClock().Now()); }

}  // namespace

Result<void> Upload(client::Cluster& cluster, client::ObjectKey key, const std::string& file_name,
                    const Output& output) {
  const bool draw_id = key.file_id.empty();
  std::uint64_t size_bytes = 0;
  for (int attempt = 1;; ++attempt) {
    TRY(const FileDescriptor file, FileDescriptor::ForReading(file_name));
    TRY(size_bytes, file.RegularSize());
    if (draw_id) { TRY(key.file_id, cluster.NewFileId(key.application, key.user, size_bytes)); }
    const Result<void> uploaded = UploadFile(cluster, key, file, size_bytes);
    if (uploaded) break;
    if (attempt == kUploadAttempts || !IsPassing(uploaded.error().code())) return uploaded;
    std::this_thread::sleep_for(kUploadPause);
  }
  if (output.json) {
    Json::Value json;
    json["file_id"] = key.file_id;
    json["size"] = size_bytes;
    PrintJson(output, json);
  } else {
    output.out << key.file_id << '\n';
  }
  return {};
}

Result<void> Download(client::Cluster& cluster, const client::ObjectKey& key, DownloadRange range,
                      const std::string& file_name, const Output& output) {
  if (file_name == "-") return DownloadTo(cluster, key, range, FileDescriptor::StandardOutput());
  TRY(NewFile file, NewFile::Create(file_name));
  TRY_VOID(DownloadTo(cluster, key, range, file.descriptor()));
  TRY_VOID(file.Publish());
  if (output.json) {
    Json::Value json;
    json["file"] = file_name;
    PrintJson(output, json);
  }
  return {};
}

Result<void> Stat(client::Cluster& cluster, const DaemonCaller& daemons,
                  const client::ObjectKey& key, const Output& output) {
  TRY(const client::ObjectInfo info, cluster.Stat(key));
  TRY(const std::vector<Copy> copies, AskForCopies(daemons, key, wire::CopyAction::kTell));
  const CopyCount count = Count(copies);
  if (output.json) {
    Json::Value json;
    json["file_id"] = key.file_id;
    json["size"] = info.size_bytes;
    json["sha256"] = HexFromBytes(info.sha256);
    json["crc32"] = fmt::format("{:08x}", info.crc32);
    json["verified_at"] = TimeText(info.verified_at_s);
    json["healthy"] = Json::UInt64{count.healthy};
    json["wanted"] = Json::UInt64{count.wanted};
    PrintJson(output, json);
  } else {
    output.out << fmt::format(
        "id        {}\nsize      {} ({})\nsha256    {}\ncrc32     {:08x}\nverified  {}\n"
        "copies    {} of {} healthy\n",
        key.file_id, info.size_bytes, HumanBytes(info.size_bytes), HexFromBytes(info.sha256),
        info.crc32, TimeText(info.verified_at_s), count.healthy, count.wanted);
  }
  return {};
}

Result<void> Delete(client::Cluster& cluster, const client::ObjectKey& key, const Output& output) {
  TRY_VOID(cluster.Delete(key));
  if (output.json) {
    Json::Value json;
    json["deleted"] = key.file_id;
    PrintJson(output, json);
  }
  return {};
}

Result<void> Groups(client::Cluster& cluster, const Output& output) {
  TRY(const std::string text, cluster.GroupList());
  TRY(const GroupList list, ParseGroupList(text));
  if (output.json)
    PrintJson(output, ToJson(list, Now())["groups"]);
  else
    output.out << GroupTable(list);
  return {};
}

Result<void> Nodes(client::Cluster& cluster, const Output& output) {
  TRY(const std::string text, cluster.GroupList());
  TRY(const GroupList list, ParseGroupList(text));
  if (output.json)
    PrintJson(output, ToJson(list, Now())["storages"]);
  else
    output.out << NodeTable(list, Now());
  return {};
}

Result<void> DrawIds(client::Cluster& cluster, const std::string& key, std::uint64_t count,
                     const Output& output) {
  Json::Value ids = Json::arrayValue;
  for (std::uint64_t i = 0; i < count; ++i) {
    TRY(const std::uint64_t id, cluster.NextId(key));
    if (output.json)
      ids.append(std::to_string(id));
    else
      output.out << id << '\n';
  }
  if (!output.json) return {};
  Json::Value json;
  json["key"] = key;
  json["id"] = ids[0];
  json["ids"] = std::move(ids);
  PrintJson(output, json);
  return {};
}

Result<void> Route(client::Cluster& cluster, const client::ObjectKey& key, const Output& output) {
  TRY(const auto addresses, cluster.Addresses(key));
  if (output.json) {
    Json::Value json = Json::arrayValue;
    for (const std::string& address : addresses) json.append(address);
    PrintJson(output, json);
  } else {
    for (const std::string& address : addresses) output.out << address << '\n';
  }
  return {};
}

Result<void> Place(const DaemonCaller& daemons, const client::ObjectKey& owner,
                   std::uint64_t size_bytes, const std::string& region, const Output& output) {
  TRY(const auto application, wire::Text<16>::From(owner.application));
  TRY(const auto user, wire::Text<256>::From(owner.user));
  TRY(const auto wanted, client::RegionOnWire(region));
  TRY(const wire::Location location,
      daemons.AskTrackers(wire::Place{application, user, size_bytes, wanted}));
  TRY(const auto addresses, wire::ParseAddresses(location.addresses.view()));
  if (output.json) {
    Json::Value json;
    json["group"] = location.group.str();
    json["storages"] = Json::arrayValue;
    for (const std::string& address : addresses) json["storages"].append(address);
    PrintJson(output, json);
  } else {
    for (const std::string& address : addresses)
      output.out << location.group.view() << ' ' << address << '\n';
  }
  return {};
}

int ExitCode(Code code) {
  switch (code) {
    case Code::kNotFound:
    case Code::kDeleted: return 3;
    case Code::kUnavailable:
    case Code::kTimeout:
    case Code::kTooFewReplicas: return 4;
    case Code::kExists:
    case Code::kNoSpace:
    case Code::kUnauthenticated: return 5;
    default: return 1;
  }
}

}  // namespace yundisk::cli
