// Texts of the wire protocol beyond its messages: addresses, lists of them, secrets, and what
// becomes of any text that goes into a failure.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "common/protocol/failure.h"

namespace yundisk::wire {
namespace {

void TryText(std::string_view text) {
  if (const auto address = ParseHostPort(text)) CHECK(ParseHostPort(ToString(*address)).ok());
  if (const auto list = ParseAddresses(text)) {
    CHECK(!list->empty() && list->size() <= kMaxAddresses);
    for (const std::string& address : *list) CHECK(ParseHostPort(address).ok());
  }
  CHECK(GroupOfFileId(text).size() <= 16);
  if (const auto secret = ParseSecret(text))
    CHECK(ParseSecret(HexFromBytes(*secret)).value() == *secret);

  const Failure failure = FailureFrom("node", Error(Code::kNotFound, std::string(text)));
  Bytes body(EncodedSize(failure));
  EncodeBody(failure, body);
  CHECK(DecodeBody<Failure>(body).ok());
}

}  // namespace
}  // namespace yundisk::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  yundisk::wire::TryText(yundisk::AsText(std::as_bytes(std::span(data, size))));
  return 0;
}
