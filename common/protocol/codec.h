// Turns messages into bytes and back. A message is a struct with one list of its fields:
//
//   struct HeartBeat {
//     TextZ<16> group;
//     TextZ<128> host_name;
//     static constexpr auto kFields = Fields(Field{"group", &HeartBeat::group}, ...);
//   };
//
// That list drives size, encoding, strict decoding and dumping; the type of a field decides its
// form:
//
//   std::uint16_t, 32, 64       big-endian
//   std::array<std::byte, N>    N bytes as they are
//   Text, TextZ, OptionalTextZ  fixed width, NUL-padded (text.h)
//   TailText, TailLines         the rest of the body, NUL-terminated; only as the last field
//   CountedText                 its length in 2 bytes, then its bytes
//   TailList                    messages one behind the other to the end; only as the last field
//   std::optional<Message>      all of the message's bytes or none; only as the last field
//   another message             its fields in place
//
// Pure functions; any thread.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/base/result.h"
#include "common/protocol/text.h"

namespace yundisk::wire {

template <typename Message, typename T>
struct Field {
  std::string_view name;
  T Message::*member;
};

template <typename... F>
constexpr auto Fields(F... fields) {
  return std::tuple<F...>(fields...);
}

template <typename T>
concept Message = requires {
  T::kFields;
  { T::kName } -> std::convertible_to<std::string_view>;
};

struct SizeRange {
  std::size_t min;
  std::size_t max;
};

// The rest of a body: messages one behind the other, together at most MaxBytes. May be empty.
template <Message T, std::size_t MaxBytes>
struct TailList {
  static constexpr std::size_t kMaxBytes = MaxBytes;
  std::vector<T> items;

  bool operator==(const TailList&) const = default;
};

constexpr SizeRange operator+(SizeRange a, SizeRange b) { return {a.min + b.min, a.max + b.max}; }

namespace internal {

// FieldCodec<T>: kSize (the range of encoded bytes), Size, Write (returns the end of what it wrote)
// and Read (takes its bytes off the front of `body`; returns what is wrong, empty: nothing).
template <typename T>
struct FieldCodec;

template <typename Owner, typename Member>
constexpr SizeRange SizeOfField(Field<Owner, Member>) {
  return FieldCodec<Member>::kSize;
}

template <std::unsigned_integral T>
struct FieldCodec<T> {
  static constexpr SizeRange kSize{sizeof(T), sizeof(T)};
  static std::size_t Size(T) { return sizeof(T); }
  static std::byte* Write(T value, std::byte* to) {
    StoreBig(to, value);
    return to + sizeof(T);
  }
  static std::string_view Read(ByteView& body, T& value) {
    if (body.size() < sizeof(T)) return "is cut off";
    value = LoadBig<T>(body.data());
    body = body.subspan(sizeof(T));
    return {};
  }
  static void Dump(T value, std::string& to) {
    fmt::format_to(std::back_inserter(to), "{}", value);
  }
};

template <std::size_t N>
struct FieldCodec<std::array<std::byte, N>> {
  using T = std::array<std::byte, N>;
  static constexpr SizeRange kSize{N, N};
  static std::size_t Size(const T&) { return N; }
  static std::byte* Write(const T& value, std::byte* to) {
    return std::copy(value.begin(), value.end(), to);
  }
  static std::string_view Read(ByteView& body, T& value) {
    if (body.size() < N) return "is cut off";
    std::copy_n(body.begin(), N, value.begin());
    body = body.subspan(N);
    return {};
  }
  static void Dump(const T& value, std::string& to) { to += HexFromBytes(value); }
};

template <std::size_t N>
struct FieldCodec<CountedText<N>> {
  using T = CountedText<N>;
  static constexpr std::size_t kCountBytes = sizeof(std::uint16_t);
  static constexpr SizeRange kSize{kCountBytes + 1, kCountBytes + N};
  static std::size_t Size(const T& value) { return kCountBytes + value.size(); }
  static std::byte* Write(const T& value, std::byte* to) {
    CHECK(!value.empty());
    StoreBig(to, static_cast<std::uint16_t>(value.size()));
    return std::ranges::copy(AsBytes(value.view()), to + kCountBytes).out;
  }
  static std::string_view Read(ByteView& body, T& value) {
    if (body.size() < kCountBytes) return "is cut off";
    const std::size_t length = LoadBig<std::uint16_t>(body.data());
    if (body.size() < kCountBytes + length) return "is cut off";
    const std::string_view text = AsText(body.subspan(kCountBytes, length));
    if (text.empty()) return "is empty";
    if (const auto problem = TextProblem(text, N); !problem.empty()) return problem;
    value = T::Unchecked(text);
    body = body.subspan(kCountBytes + length);
    return {};
  }
  static void Dump(const T& value, std::string& to) { to += value.view(); }
};

template <std::size_t N, TextForm Form>
struct FieldCodec<BasicText<N, Form>> {
  using T = BasicText<N, Form>;
  static constexpr bool kMayBeEmpty = Form == TextForm::kOptional;
  static constexpr std::size_t kWidth = Form == TextForm::kPadded ? N : N + 1;
  static constexpr SizeRange kSize{Form == TextForm::kTail ? 2 : kWidth, kWidth};

  static std::size_t Size(const T& value) {
    return Form == TextForm::kTail ? value.size() + 1 : kWidth;
  }
  static std::byte* Write(const T& value, std::byte* to) {
    CHECK(kMayBeEmpty || !value.empty());
    std::byte* const end = to + Size(value);
    const ByteView bytes = AsBytes(value.view());
    std::fill(std::copy(bytes.begin(), bytes.end(), to), end, std::byte{0});
    return end;
  }
  static std::string_view Read(ByteView& body, T& value) {
    const std::size_t width = Form == TextForm::kTail ? body.size() : kWidth;
    if (body.size() < width) return "is cut off";
    const std::string_view field = AsText(body.first(width));
    const std::size_t length = std::min(field.find('\0'), width);
    if (Form != TextForm::kPadded && length == width) return "lacks its NUL";
    if (field.find_first_not_of('\0', length) != field.npos) return "goes on after its NUL";
    if (Form == TextForm::kTail && length + 1 != width) return "is followed by more than one NUL";
    if (length == 0 && !kMayBeEmpty) return "is empty";
    if (const auto problem = TextProblem(field.substr(0, length), N); !problem.empty())
      return problem;
    value = T::Unchecked(field.substr(0, length));
    body = body.subspan(width);
    return {};
  }
  static void Dump(const T& value, std::string& to) { to += value.view(); }
};

template <std::size_t MaxBytes>
struct FieldCodec<TailLines<MaxBytes>> {
  using T = TailLines<MaxBytes>;
  static constexpr SizeRange kSize{1, MaxBytes + 1};
  static std::size_t Size(const T& value) { return value.text.size() + 1; }
  static std::byte* Write(const T& value, std::byte* to) {
    CHECK(value.text.size() <= MaxBytes);
    const ByteView bytes = AsBytes(value.text);
    to = std::copy(bytes.begin(), bytes.end(), to);
    *to = std::byte{0};
    return to + 1;
  }
  static std::string_view Read(ByteView& body, T& value) {
    if (body.empty() || body.back() != std::byte{0}) return "lacks its NUL";
    const std::string_view text = AsText(body.first(body.size() - 1));
    if (const auto problem = LinesProblem(text, MaxBytes); !problem.empty()) return problem;
    value.text = text;
    body = {};
    return {};
  }
  static void Dump(const T& value, std::string& to) {
    fmt::format_to(std::back_inserter(to), "({} bytes)", value.text.size());
  }
};

template <Message T>
struct FieldCodec<T> {
  static constexpr SizeRange kSize = std::apply(
      [](auto... field) {
        return (SizeRange{0, 0} + ... + SizeOfField(field));
      },
      T::kFields);

  static std::size_t Size(const T& message) {
    return std::apply(
        [&](const auto&... field) {
          return (std::size_t{0} + ... + SizeOf(message.*field.member));
        },
        T::kFields);
  }
  static std::byte* Write(const T& message, std::byte* to) {
    ForEach([&](const auto& field) {
      to = CodecOf<decltype(message.*field.member)>::Write(message.*field.member, to);
      return true;
    });
    return to;
  }
  static std::string_view Read(ByteView& body, T& message) {
    std::string_view failed_field;
    return Read(body, message, failed_field);
  }
  // Also names the field that is wrong.
  static std::string_view Read(ByteView& body, T& message, std::string_view& failed_field) {
    std::string_view problem;
    ForEach([&](const auto& field) {
      problem = CodecOf<decltype(message.*field.member)>::Read(body, message.*field.member);
      if (!problem.empty()) failed_field = field.name;
      return problem.empty();
    });
    return problem;
  }
  static void Dump(const T& message, std::string& to) {
    std::string_view separator;
    ForEach([&](const auto& field) {
      fmt::format_to(std::back_inserter(to), "{}{}=", std::exchange(separator, " "), field.name);
      CodecOf<decltype(message.*field.member)>::Dump(message.*field.member, to);
      return true;
    });
  }

 private:
  template <typename Member>
  using CodecOf = FieldCodec<std::remove_cvref_t<Member>>;

  template <typename Member>
  static std::size_t SizeOf(const Member& member) {
    return FieldCodec<Member>::Size(member);
  }
  // Visits the fields in order until `visit` returns false.
  template <typename Visit>
  static void ForEach(Visit&& visit) {
    std::apply([&](const auto&... field) { (void)(visit(field) && ...); }, T::kFields);
  }
};

template <Message T>
struct FieldCodec<std::optional<T>> {
  static constexpr SizeRange kSize{0, FieldCodec<T>::kSize.max};
  static std::size_t Size(const std::optional<T>& value) {
    return value ? FieldCodec<T>::Size(*value) : 0;
  }
  static std::byte* Write(const std::optional<T>& value, std::byte* to) {
    return value ? FieldCodec<T>::Write(*value, to) : to;
  }
  static std::string_view Read(ByteView& body, std::optional<T>& value) {
    value.reset();
    return body.empty() ? std::string_view{} : FieldCodec<T>::Read(body, value.emplace());
  }
  static void Dump(const std::optional<T>& value, std::string& to) {
    if (!value) return void(to += "none");
    to += "{";
    FieldCodec<T>::Dump(*value, to);
    to += "}";
  }
};

template <Message T, std::size_t MaxBytes>
struct FieldCodec<TailList<T, MaxBytes>> {
  using List = TailList<T, MaxBytes>;
  static constexpr SizeRange kSize{0, MaxBytes};
  static std::size_t Size(const List& list) {
    std::size_t size = 0;
    for (const T& item : list.items) size += FieldCodec<T>::Size(item);
    return size;
  }
  static std::byte* Write(const List& list, std::byte* to) {
    CHECK(Size(list) <= MaxBytes);
    for (const T& item : list.items) to = FieldCodec<T>::Write(item, to);
    return to;
  }
  static std::string_view Read(ByteView& body, List& list) {
    list.items.clear();
    while (!body.empty())
      if (const auto problem = FieldCodec<T>::Read(body, list.items.emplace_back());
          !problem.empty())
        return problem;
    return {};
  }
  static void Dump(const List& list, std::string& to) {
    fmt::format_to(std::back_inserter(to), "({} items)", list.items.size());
  }
};

}  // namespace internal

// The lengths a body of this message may have (without the content that may follow, see
// messages.h).
template <Message M>
inline constexpr SizeRange kBodySize = internal::FieldCodec<M>::kSize;

template <Message M>
std::size_t EncodedSize(const M& message) {
  return internal::FieldCodec<M>::Size(message);
}

// `to` holds exactly EncodedSize(message) bytes.
template <Message M>
void EncodeBody(const M& message, MutableByteView to) {
  CHECK(internal::FieldCodec<M>::Write(message, to.data()) == to.data() + to.size());
}

// `body` is the whole message, no more. kBadRequest names the message, the field and the problem.
template <Message M>
Result<M> DecodeBody(ByteView body) {
  M message;
  std::string_view field;
  if (const auto problem = internal::FieldCodec<M>::Read(body, message, field); !problem.empty())
    return Error::Make(Code::kBadRequest, "{}: field '{}' {}", M::kName, field, problem);
  if (!body.empty())
    return Error::Make(Code::kBadRequest, "{}: {} bytes too long", M::kName, body.size());
  return message;
}

// "name field=value field=value", for people. Holds no secret but may hold names of users.
template <Message M>
std::string Dump(const M& message) {
  std::string text(M::kName);
  text += ' ';
  internal::FieldCodec<M>::Dump(message, text);
  return text;
}

}  // namespace yundisk::wire
