#include "cgi/disk/username.h"

#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "common/base/bytes.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

std::string Map(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &mapped, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(mapped);
  CHECK(length >= 0);  // the text is UTF-8
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

constexpr int kNfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
constexpr int kNfkcCasefold = kNfc | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

bool IsLetterOrDigit(utf8proc_int32_t character) {
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return false;
  }
}

bool MayFollow(utf8proc_int32_t character) {
  const utf8proc_category_t category = utf8proc_category(character);
  return IsLetterOrDigit(character) || category == UTF8PROC_CATEGORY_MN ||
         category == UTF8PROC_CATEGORY_MC || character == '.' || character == '_' ||
         character == '-';
}

Error Refused(std::string_view why) {
  return Error::Make(Code::kBadRequest, "field 'username' {}", why);
}

// Counts the characters of UTF-8 text that may all stand in a name.
Result<std::size_t> CountAllowed(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &character);
    CHECK(length > 0);
    if (count == 0 && !IsLetterOrDigit(character))
      return Refused("does not begin with a letter or a digit");
    if (!MayFollow(character)) return Refused("may hold letters, digits, '.', '_' and '-' only");
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return count;
}

}  // namespace

std::string NormalizedNfc(std::string_view text) { return Map(text, kNfc); }

Result<Username> Username::Parse(std::string_view text) {
  if (!IsUtf8(text)) return Refused("is not valid UTF-8");
  Username name{NormalizedNfc(text), Map(text, kNfkcCasefold)};
  TRY(const std::size_t characters, CountAllowed(name.shown));
  if (characters == 0 || name.key.empty()) return Refused("is empty");
  if (characters > kUsernameMaxCharacters || name.key.size() > kUsernameKeyMaxBytes)
    return Refused(fmt::format("has more than {} characters", kUsernameMaxCharacters));
  return name;
}

}  // namespace yundisk::disk
