#include "cgi/disk/path.h"

#include <algorithm>
#include <utility>

#include "common/base/bytes.h"
#include "common/http/percent.h"

namespace yundisk::disk {
namespace {

constexpr std::size_t kEncodedBytesMax = 3 * kPathBytesMax;

Error Refuse(std::string_view why) { return Error::Make(Code::kBadRequest, "path: {}", why); }

Result<void> CheckText(std::string_view text) {
  if (text.size() > kPathBytesMax)
    return Error::Make(Code::kBadRequest, "path: {} bytes are over the limit of {}", text.size(),
                       kPathBytesMax);
  if (!text.starts_with('/')) return Refuse("it does not begin with '/'");
  if (!IsUtf8(text)) return Refuse("it is not valid UTF-8");
  if (HasControlCharacter(text)) return Refuse("it has a control character");
  return {};
}

Result<void> CheckName(std::string_view name) {
  if (name.empty()) return Refuse("a name is empty ('//')");
  if (name == "." || name == "..")
    return Error::Make(Code::kBadRequest, "path: '{}' is no name", name);
  if (name.size() > kNameBytesMax)
    return Error::Make(Code::kBadRequest, "path: a name of {} bytes is over the limit of {}",
                       name.size(), kNameBytesMax);
  return {};
}

}  // namespace

Result<Path> Path::Parse(std::string_view text) {
  TRY_VOID(CheckText(text));
  Path path;
  text.remove_prefix(1);
  if (text.empty()) return path;
  if (text.ends_with('/')) {
    path.names_a_folder_ = true;
    text.remove_suffix(1);
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view name = text.substr(begin, end - begin);
    TRY_VOID(CheckName(name));
    path.names_.emplace_back(name);
    begin = end + 1;
  }
  return path;
}

Result<Path> Path::FromUrl(std::string_view encoded) {
  if (encoded.size() > kEncodedBytesMax) return Refuse("it is over the limit even when decoded");
  const Result<std::string> decoded = http::PercentDecode(encoded);
  if (!decoded) return decoded.error().Within("path");
  return Parse("/" + *decoded);
}

Path Path::Parent() const {
  Path parent;
  if (!IsRoot()) parent.names_.assign(names_.begin(), names_.end() - 1);
  return parent;
}

Path Path::Child(std::string name) const {
  Path child;
  child.names_ = names_;
  child.names_.push_back(std::move(name));
  return child;
}

std::string Path::ToString() const {
  if (IsRoot()) return "/";
  std::string text;
  for (const std::string& name : names_) text.append("/").append(name);
  return text;
}

}  // namespace yundisk::disk
