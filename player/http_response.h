// What the head of a server's answer says about the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yundisk::player {

struct HttpResponse {
  std::string etag;
  std::optional<std::uint64_t> content_length;
  std::optional<std::uint64_t> range_start;  // from Content-Range
  std::optional<std::uint64_t> range_total;

  // One line of the head. A status line starts over: what came before belonged to an interim
  // answer.
  void TakeLine(std::string_view line);
};

}  // namespace yundisk::player
