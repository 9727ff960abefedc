// Whole frames, header and body, appended to a buffer that its owner reuses, so that no frame
// costs an allocation once the buffer has grown.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/bytes.h"
#include "common/protocol/codec.h"
#include "common/protocol/failure.h"
#include "common/protocol/header.h"
#include "common/protocol/messages.h"

namespace yundisk::wire {

namespace internal {

template <Message M>
void AppendFrame(Bytes& to, Header header, const M& body) {
  const std::size_t body_bytes = EncodedSize(body);
  const std::size_t start = to.size();
  header.body_bytes += body_bytes;
  to.resize(start + kHeaderBytes + body_bytes);
  const MutableByteView frame = MutableByteView(to).subspan(start);
  EncodeHeader(header, frame.first<kHeaderBytes>());
  EncodeBody(body, frame.subspan(kHeaderBytes));
}

}  // namespace internal

// For a request with content, the frame's length covers it and the caller sends it next.
template <Request M>
void AppendRequest(Bytes& to, const M& request) {
  Header header{0, static_cast<std::uint8_t>(M::kCommand), kSuccess};
  if constexpr (RequestWithContent<M>) header.body_bytes = request.size_bytes;
  internal::AppendFrame(to, header, request);
}

template <Message M>
void AppendSuccess(Bytes& to, Service service, const M& body) {
  internal::AppendFrame(to, Header{0, static_cast<std::uint8_t>(service), kSuccess}, body);
}

inline void AppendFailure(Bytes& to, Service service, const Failure& failure) {
  internal::AppendFrame(to, Header{0, static_cast<std::uint8_t>(service), kFailure}, failure);
}

// The header of a success reply whose body is `content_bytes` of content.
inline void AppendContentHeader(Bytes& to, Service service, std::uint64_t content_bytes) {
  internal::AppendFrame(to, Header{content_bytes, static_cast<std::uint8_t>(service), kSuccess},
                        Empty{});
}

}  // namespace yundisk::wire
