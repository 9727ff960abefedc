// What names and describes a stored object. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.h"

namespace yundisk::storage {

// Application, user and file id: all three own the object, so that one owner's id tells another
// nothing. Kept joined by NULs, which none of them can contain: the form the log and the index use.
class ObjectKey {
 public:
  static constexpr std::size_t kMaxBytes = 16 + 256 + 128 + 2;

  ObjectKey(std::string_view application, std::string_view user, std::string_view file_id) {
    text_.reserve(application.size() + user.size() + file_id.size() + 2);
    text_.append(application).push_back('\0');
    text_.append(user).push_back('\0');
    text_.append(file_id);
  }

  // Of a key in its joined form, as `text` gave it.
  explicit ObjectKey(std::string joined) : text_(std::move(joined)) {}

  const std::string& text() const { return text_; }
  std::string_view application() const { return std::string_view(text_).substr(0, FirstNul()); }
  std::string_view user() const {
    const std::size_t from = FirstNul() + 1;
    return std::string_view(text_).substr(from, text_.rfind('\0') - from);
  }
  std::string_view file_id() const { return std::string_view(text_).substr(text_.rfind('\0') + 1); }

 private:
  std::size_t FirstNul() const { return text_.find('\0'); }

  std::string text_;
};

// For messages: "application/user/file id".
inline std::string Shown(std::string_view key) {
  std::string shown(key);
  for (char& c : shown)
    if (c == '\0') c = '/';
  return shown;
}

struct Digest {
  Sha256 sha256{};
  std::uint32_t crc32 = 0;
};

// What is stored, deleted keys aside.
struct Totals {
  std::uint64_t objects = 0;
  std::uint64_t object_bytes = 0;
};

struct ObjectInfo {
  std::uint64_t size_bytes = 0;
  Digest digest;
  std::uint64_t verified_at_s = 0;  // when the content was last found intact; seconds since 1970
  // Where another program may read the object itself, "<node>/large/<aa>/<rest>"; empty when the
  // engine cannot vouch for the file now.
  std::string local_file;
};

}  // namespace yundisk::storage
