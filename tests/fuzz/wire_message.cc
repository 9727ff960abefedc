// Every message of the wire protocol from arbitrary bytes: the first byte chooses the message, the
// rest is its body. What decodes must encode to the same bytes again: there is one way to write a
// message, and the decoder accepts no other.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/failure.h"
#include "common/protocol/messages.h"
#include "common/protocol/operator_messages.h"
#include "common/protocol/peer_messages.h"

namespace yundisk::wire {
namespace {

template <Message M>
void Try(ByteView body) {
  const Result<M> message = DecodeBody<M>(body);
  if (!message) {
    CHECK(message.error().code() == Code::kBadRequest);
    CHECK(message.error().message().starts_with(M::kName));
    return;
  }
  CHECK(body.size() >= kBodySize<M>.min && body.size() <= kBodySize<M>.max);
  Bytes again(EncodedSize(*message));
  EncodeBody(*message, again);
  CHECK(std::ranges::equal(again, body));
  CHECK(Dump(*message).starts_with(M::kName));
}

using TryMessage = void (*)(ByteView body);

constexpr std::array<TryMessage, 45> kMessages{
    Try<Hello>,     Try<Greeting>,  Try<Prove>,       Try<Empty>,      Try<Join>,
    Try<HeartBeat>, Try<Addresses>, Try<Location>,    Try<GroupList>,  Try<Groups>,
    Try<Place>,     Try<GetId>,     Try<Id>,          Try<GetIds>,     Try<Ids>,
    Try<Upload>,    Try<Size>,      Try<ObjectSize>,  Try<Download>,   Try<Delete>,
    Try<Adopt>,     Try<Adopted>,   Try<Stat>,        Try<ObjectStat>, Try<StatisticsText>,
    Try<Failure>,   Try<Watch>,     Try<Watched>,     Try<SetMember>,  Try<Hint>,
    Try<Report>,    Try<Changes>,   Try<ChangesRead>, Try<Store>,      Try<Release>,
    Try<Bury>,      Try<Fetch>,     Try<LookUp>,      Try<LookedUp>,   Try<CopyOf>,
    Try<CopyTold>,  Try<Repair>,    Try<RepairTold>,  Try<Services>,   Try<ServiceLines>};

}  // namespace
}  // namespace yundisk::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::size_t choice = data[0] % yundisk::wire::kMessages.size();
  yundisk::wire::kMessages[choice](bytes.subspan(1));
  return 0;
}
