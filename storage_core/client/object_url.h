// The address of an object at the HTTP port of its group's storages, signed: whoever has it may
// read the object, and nothing else, until it expires. docs/storage-http.md is the manual.
//
//   /<group>/<number>[/<name>]?application=...&user=...&expires=...[&...]&key=...&signature=...
//
// The signature is the last parameter: 64 lower-case hexadecimal digits of
//
//   HMAC-SHA-256(key, file id | NUL | name | NUL | the query as it stands before "&signature=")
//
// with key = HMAC-SHA-256(cluster secret, "storage-http-v1"). Path segments are signed decoded,
// because proxies may encode them anew; the query is signed to the byte. A leading "/group" is
// not part of what is signed: an entry server may have it in its addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"

namespace yundisk::client {

// Both ends belong to it.
struct ByteWindow {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const ByteWindow&) const = default;
};

struct ObjectUrl {
  std::string application;
  std::string user;
  std::string file_id;               // "<group>/<number>"
  std::string name;                  // decides the media type and what a saved file is called
  std::uint64_t expires_at_s = 0;    // since 1970
  bool head_only = false;            // size and checksum, not the content
  bool attachment = false;           // to be saved, not shown
  std::string media_type;            // instead of the one of the name
  std::optional<ByteWindow> window;  // ranges inside it, not the whole

  bool operator==(const ObjectUrl&) const = default;
};

// Why an address is refused. None depends on whether the object exists.
enum class UrlFault : std::uint8_t {
  kNotAnObject,  // the path is not that of an object
  kUnsigned,
  kOtherKey,  // signed with another cluster's secret
  kAltered,
  kMalformed,  // signed, and still not understood: of another version
  kExpired,
  kTooLong,  // expires later than the storage allows
};

struct UrlTime {
  std::uint64_t now_s;  // since 1970
  std::uint64_t max_life_s;
};

// Immutable; any thread.
class UrlSigner {
 public:
  static constexpr std::size_t kMaxNameBytes = 255;

  explicit UrlSigner(const wire::Secret& secret);

  // Path and query. kBadRequest when a part does not fit its field.
  Result<std::string> Sign(const ObjectUrl& url) const;
  // `target`: as it stands in the request. Nothing of the query is looked at before its signature
  // is found right.
  std::variant<ObjectUrl, UrlFault> Verify(std::string_view target, UrlTime time) const;

 private:
  std::string Signature(const ObjectUrl& path, std::string_view query) const;

  Sha256 key_;
  std::string key_id_;  // tells secrets apart and nothing else
};

}  // namespace yundisk::client
