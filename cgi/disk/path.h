// The path of a node in a user's tree: a list of checked names. Values; any thread.
//
// A path begins with '/', is UTF-8 and at most 4,096 bytes; a name is 1 to 255 bytes, not "." or
// "..", without '/' and control characters. One '/' at the end is allowed and means that a folder
// is named. Nothing is normalised: two spellings are two names, and what was refused is said.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace yundisk::disk {

inline constexpr std::size_t kPathBytesMax = 4096;
inline constexpr std::size_t kNameBytesMax = 255;

class Path {
 public:
  // The root.
  Path() = default;

  // From a JSON string or a decoded query value. kBadRequest names what is wrong.
  static Result<Path> Parse(std::string_view text);
  // From the part of a request's target behind a route's prefix, still percent-encoded and without
  // its first '/'. It is decoded once: %2F becomes a '/' that separates, %252e%252e a plain name.
  static Result<Path> FromUrl(std::string_view encoded);

  bool IsRoot() const { return names_.empty(); }
  // It ended in '/': only a folder can be meant.
  bool names_a_folder() const { return names_a_folder_; }
  const std::vector<std::string>& names() const { return names_; }
  // The last name; empty for the root.
  std::string_view name() const { return IsRoot() ? std::string_view() : names_.back(); }
  // The folder it lies in; the root's is the root.
  Path Parent() const;
  Path Child(std::string name) const;

  // "/Films/a b.mp4", "/" for the root.
  std::string ToString() const;

  bool operator==(const Path& other) const { return names_ == other.names_; }

 private:
  std::vector<std::string> names_;
  bool names_a_folder_ = false;
};

}  // namespace yundisk::disk
