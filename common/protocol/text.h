// Strings on the wire as values: what a Text holds is well-formed UTF-8 without control characters
// and fits its field, so that it can be encoded without a further look. No allocation.
//
//   TRY(wire::TextZ<16> group, wire::TextZ<16>::From(name));   // 1 to 16 bytes
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace yundisk::wire {

// How a text lies in its message.
enum class TextForm : std::uint8_t {
  kPadded,      // N bytes, NUL-padded, may be full
  kTerminated,  // N + 1 bytes, NUL-padded, the last one always NUL
  kOptional,    // as kTerminated, and may be empty
  kTail,        // the rest of the body: 1 to N bytes and one NUL
  kCounted,     // 2 bytes of length, then 1 to N bytes
};

// What is wrong with `text` as the content of a field of at most `max_bytes`; empty: nothing.
// Emptiness is not judged here.
std::string_view TextProblem(std::string_view text, std::size_t max_bytes);

template <std::size_t N, TextForm Form>
class BasicText {
 public:
  static constexpr std::size_t kMaxBytes = N;
  static constexpr TextForm kForm = Form;

  // Empty: to be filled, or an optional text left out. Encoding a needed text that is empty is a
  // CHECK.
  BasicText() = default;

  // kBadRequest, naming the problem.
  static Result<BasicText> From(std::string_view text) {
    if (text.empty() && Form != TextForm::kOptional)
      return Error(Code::kBadRequest, "a text is empty");
    if (const auto problem = TextProblem(text, N); !problem.empty())
      return Error::Make(Code::kBadRequest, "a text of {} bytes {}", text.size(), problem);
    return Unchecked(text);
  }
  // For text that TextProblem has passed.
  static BasicText Unchecked(std::string_view text) {
    CHECK(text.size() <= N);
    BasicText made;
    std::ranges::copy(text, made.chars_.begin());
    made.size_ = static_cast<std::uint16_t>(text.size());
    return made;
  }

  std::string_view view() const { return {chars_.data(), size_}; }
  std::string str() const { return std::string(view()); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  friend bool operator==(const BasicText& a, const BasicText& b) { return a.view() == b.view(); }
  friend auto operator<=>(const BasicText& a, const BasicText& b) { return a.view() <=> b.view(); }

 private:
  static_assert(N <= UINT16_MAX);
  std::array<char, N> chars_{};
  std::uint16_t size_ = 0;
};

template <std::size_t N>
using Text = BasicText<N, TextForm::kPadded>;
template <std::size_t N>
using TextZ = BasicText<N, TextForm::kTerminated>;
template <std::size_t N>
using OptionalTextZ = BasicText<N, TextForm::kOptional>;
template <std::size_t N>
using TailText = BasicText<N, TextForm::kTail>;
template <std::size_t N>
using CountedText = BasicText<N, TextForm::kCounted>;

// The rest of a body as lines: UTF-8 in which tab and newline are the only control characters, at
// most MaxBytes and one NUL. May be empty.
template <std::size_t MaxBytes>
struct TailLines {
  static constexpr std::size_t kMaxBytes = MaxBytes;
  std::string text;

  bool operator==(const TailLines&) const = default;
};

// As TextProblem, for TailLines.
std::string_view LinesProblem(std::string_view text, std::size_t max_bytes);

}  // namespace yundisk::wire
