#include "common/protocol/failure.h"

#include <fmt/format.h>

namespace yundisk::wire {
namespace {

// The length of the well-formed printable character that `text` begins with; 0 when there is none.
std::size_t PrintableLength(std::string_view text) {
  constexpr std::size_t kLongestSequence = 4;
  for (std::size_t length = 1; length <= kLongestSequence && length <= text.size(); ++length) {
    const std::string_view character = text.substr(0, length);
    if (IsUtf8(character)) return HasControlCharacter(character) ? 0 : length;
  }
  return 0;
}

std::string PrintablePrefix(std::string_view text, std::size_t max_bytes) {
  std::string printable;
  while (!text.empty()) {
    const std::size_t length = PrintableLength(text);
    const std::string_view character = length == 0 ? "?" : text.substr(0, length);
    if (printable.size() + character.size() > max_bytes) break;
    printable += character;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return printable;
}

}  // namespace

Failure FailureFrom(std::string_view node, const Error& error) {
  const std::string text =
      PrintablePrefix(fmt::format("[{}] {}", node, error.message()), kMaxDescriptionBytes);
  return Failure{Info(error.code()).wire_number, TailText<kMaxDescriptionBytes>::Unchecked(text)};
}

Error ErrorFrom(ByteView failure_body) {
  const Result<Failure> failure = DecodeBody<Failure>(failure_body);
  if (!failure) return Error(Code::kInternal, failure.error().message());
  return Error(CodeFromWire(failure->number), failure->description.str());
}

}  // namespace yundisk::wire
