// Paths as they come in URLs and in JSON. A path that is taken names itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cgi/disk/natural_order.h"
#include "cgi/disk/path.h"
#include "common/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using yundisk::disk::Path;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto path = Path::Parse(text)) {
    CHECK(path->ToString() + (path->names_a_folder() ? "/" : "") == text);
    for (const std::string& name : path->names()) {
      CHECK(!name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
            name.find('\0') == std::string::npos);
      CHECK(yundisk::disk::NaturalSortKey(name).size() <= yundisk::disk::kSortKeyBytesMax);
    }
  }
  if (const auto path = Path::FromUrl(text)) CHECK(Path::Parse(path->ToString()).ok());
  return 0;
}
