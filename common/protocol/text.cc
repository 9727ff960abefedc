#include "common/protocol/text.h"

#include "common/base/bytes.h"

namespace yundisk::wire {

std::string_view TextProblem(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return "is too long";
  if (!IsUtf8(text)) return "is not UTF-8";
  if (HasControlCharacter(text)) return "holds a control character";
  return {};
}

std::string_view LinesProblem(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return "is too long";
  if (!IsUtf8(text)) return "is not UTF-8";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\t\n"), text.size());
    if (HasControlCharacter(text.substr(0, end))) return "holds a control character";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace yundisk::wire
