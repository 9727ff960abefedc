#include "cgi/disk/natural_order.h"

#include <algorithm>

#include "cgi/disk/path.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

constexpr std::string_view kDigits = "0123456789";

char Folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void AppendNumber(std::string_view digits, std::string& key) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  key += '0';
  key += static_cast<char>(digits.size());
  key += digits;
}

}  // namespace

std::string NaturalSortKey(std::string_view name) {
  CHECK(name.size() <= kNameBytesMax);
  std::string key;
  key.reserve(2 * name.size() + 8);
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t end = std::min(name.find_first_not_of(kDigits, i), name.size());
    if (end == i) {
      key += Folded(name[i++]);
    } else {
      AppendNumber(name.substr(i, end - i), key);
      i = end;
    }
  }
  key += '\0';
  key += name;
  if (key.size() > kSortKeyBytesMax) key.resize(kSortKeyBytesMax);
  return key;
}

}  // namespace yundisk::disk
