#include "storage_core/client/member_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "common/protocol/address.h"

namespace yundisk::client {
namespace {

// The fields of a `storage` line behind the word itself (WIRE command 13, and ours).
enum StorageField : std::size_t { kHost = 2, kAddress = 3, kState = 7, kMembership = 11 };

Result<Member> MemberFrom(const std::vector<std::string_view>& fields) {
  if (fields.size() <= kState || fields[kState].size() != 1 || fields[kState] < "0" ||
      fields[kState] > "2")
    return Error(Code::kInternal, "the tracker's group list: not a storage line");
  TRY(const wire::HostPort address, wire::ParseHostPort(fields[kAddress]));
  const bool draining = fields.size() > kMembership && fields[kMembership] == "draining";
  return Member{std::string(fields[kHost]), wire::ToString(address),
                static_cast<MemberState>(fields[kState].front() - '0'), draining};
}

// A descriptor that is closed when it goes.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags, 0600)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<void> WriteSynced(const std::string& path, std::string_view text) {
  const OpenFile file(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
  if (!file.ok()) return Error::FromErrno(errno, "open " + path);
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Error::FromErrno(errno, "write " + path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return Error::FromErrno(errno, "fsync " + path);
  return {};
}

}  // namespace

Result<MemberList> ParseMembers(std::string_view group_list, std::string_view group) {
  MemberList members;
  bool in_group = false;
  for (const std::string_view line : Split(group_list, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields[0] == "group") in_group = fields.size() > 1 && fields[1] == group;
    if (fields[0] != "storage" || !in_group) continue;
    TRY(Member member, MemberFrom(fields));
    members.push_back(std::move(member));
  }
  std::ranges::sort(members, {}, &Member::host_name);
  return members;
}

std::vector<std::string> ParseRemoved(std::string_view group_list, std::string_view group) {
  std::vector<std::string> removed;
  for (const std::string_view line : Split(group_list, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields[0] == "removed" && fields.size() > 2 && fields[1] == group)
      removed.emplace_back(fields[2]);
  }
  return removed;
}

// Lines "HOST <TAB> ADDRESS <TAB> member|draining", the last one "end": a file without it is not
// ours.
Result<void> WriteMembers(const std::string& path, const MemberList& members) {
  std::string text;
  for (const Member& member : members)
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\n", member.host_name, member.address,
                   member.draining ? "draining" : "member");
  text += "end\n";
  const std::string fresh = path + ".new";
  TRY_VOID(WriteSynced(fresh, text));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return Error::FromErrno(errno, "rename " + fresh);
  // Sync the directory as well: without it a power cut can undo the rename.
  const std::size_t slash = path.rfind('/');
  const OpenFile folder(slash == path.npos ? "." : path.substr(0, slash + 1),
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!folder.ok() || ::fsync(folder.get()) != 0)
    return Error::FromErrno(errno, "fsync the folder of " + path);
  return {};
}

Result<MemberList> ReadMembers(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error::Make(Code::kNotFound, "read {}: there is no such file", path);
  MemberList members;
  for (std::string line; std::getline(file, line);) {
    if (line == "end") return members;
    const auto fields = Split(line, '\t');
    if (fields.size() != 3) break;
    members.push_back({std::string(fields[0]), std::string(fields[1]), MemberState::kOffline,
                       fields[2] == "draining"});
  }
  return Error::Make(Code::kCorrupt, "read {}: this is no list of members", path);
}

}  // namespace yundisk::client
