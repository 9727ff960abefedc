// Header fields, tokens and cursors of the tree's endpoints.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "cgi/disk/http_headers.h"
#include "cgi/disk/listing_cursor.h"
#include "cgi/disk/signed_link.h"
#include "common/base/check.h"
#include "common/http/entity_tags.h"
#include "common/http/media_type.h"
#include "common/http/ranges.h"
#include "common/http/response_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yundisk;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(http::EtagList::Parse(text).ok());
  static_cast<void>(disk::ParseReprDigest(text).ok());
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{100}, UINT64_MAX}) {
    const http::RangeAnswer answer = http::ParseRange(text, length);
    if (const auto* range = std::get_if<http::ByteRange>(&answer))
      CHECK(range->length > 0 && range->offset < length && range->length <= length - range->offset);
  }
  static_cast<void>(disk::DecodeCursor(text, 1).ok());
  static const disk::LinkSigner signer(AsBytes("a secret for the fuzzer"));
  CHECK(!signer.Verify(text, 0).ok());
  const std::string disposition = http::ContentDisposition("inline", text);
  for (const char c : disposition) CHECK(c >= ' ' && c <= '~');
  static_cast<void>(http::IsSafeInline(http::MediaTypeOf(text)));
  return 0;
}
