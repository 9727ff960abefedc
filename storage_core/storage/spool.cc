#include "storage_core/storage/spool.h"

#include <algorithm>

#include <fmt/format.h>

namespace yundisk::storage {
namespace {

constexpr std::size_t kMaxNameBytes = 255;

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, IsPlain);
}

}  // namespace

Result<std::string> SpoolPath(const std::string& spool_folder, std::string_view name) {
  if (spool_folder.empty())
    return Error(Code::kUnavailable, "adopting: this storage has no spool folder");
  bool plain = name.size() <= kMaxNameBytes;
  for (std::string_view rest = name; plain;) {
    const std::size_t slash = rest.find('/');
    plain = IsPlainName(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (!plain)
    return Error::Make(Code::kBadRequest, "adopting '{}': not a name within the spool folder",
                       name);
  return fmt::format("{}/{}", spool_folder, name);
}

}  // namespace yundisk::storage
