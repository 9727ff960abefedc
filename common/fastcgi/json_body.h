// The JSON object in a request's body, read strictly: every field is asked for by name and type,
// and what nobody asked for is refused. Bound to one thread.
//
//   TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
//   TRY(const std::string path, body.Text("path", {.max_bytes = 4096}));
//   TRY(const bool parents, body.Boolean("parents", false));
//   TRY_VOID(body.Finish());
//
// Every error names the field. kBadRequest: not JSON, not an object, a key twice, not UTF-8, a
// wrong type, a value outside its limits, a missing or unknown field. kUnsupportedMedia: the
// Content-Type is not application/json; this also keeps other sites' forms out.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <json/value.h>

#include "common/base/config.h"
#include "common/base/result.h"
#include "common/fastcgi/request.h"

namespace yundisk::fcgi {

inline constexpr std::size_t kJsonBodyMaxBytes = 64 * 1024;
inline constexpr int kJsonDepthMax = 8;

struct TextLimits {
  std::size_t min_characters = 0;
  std::size_t max_characters = std::numeric_limits<std::size_t>::max();
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
};

class JsonBody {
 public:
  static Result<JsonBody> Read(Request& request);
  static Result<JsonBody> Parse(std::string_view text);

  // Required.
  Result<std::string> Text(std::string_view field, const TextLimits& limits = {});
  // Optional, with a default.
  Result<bool> Boolean(std::string_view field, bool default_value);
  Result<std::int64_t> Integer(std::string_view field, IntegerRange range,
                               std::int64_t default_value);
  // Refuses the fields that were not asked for.
  Result<void> Finish() const;

 private:
  explicit JsonBody(Json::Value object) : object_(std::move(object)) {}
  const Json::Value* Find(std::string_view field);

  Json::Value object_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace yundisk::fcgi
