// The body of every failure reply: the error's number and "[node name] what failed: why".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/protocol/codec.h"
#include "common/protocol/text.h"

namespace yundisk::wire {

inline constexpr std::size_t kMaxDescriptionBytes = 1023;  // and a NUL

struct Failure {
  static constexpr std::string_view kName = "failure";
  std::uint16_t number = 0;
  TailText<kMaxDescriptionBytes> description;
  static constexpr auto kFields =
      Fields(Field{"number", &Failure::number}, Field{"description", &Failure::description});
  bool operator==(const Failure&) const = default;
};

// What `node` answers to a request that ended in `error`: the number of the error table, control
// and malformed characters replaced by '?', cut at a character's edge to fit.
Failure FailureFrom(std::string_view node, const Error& error);

// What a client makes of a failure reply's body. An unknown number is kInternal, and so is a body
// that is no failure; a number that stands for several codes becomes the plain one.
Error ErrorFrom(ByteView failure_body);

}  // namespace yundisk::wire
