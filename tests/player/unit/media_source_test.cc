#include "player/media_source.h"

#include <string_view>

#include <gtest/gtest.h>

namespace yundisk::player {
namespace {

bool IsPlaylistText(std::string_view text) { return IsPlaylist(std::as_bytes(std::span(text))); }

TEST(MediaSource, KnowsPlaylists) {
  for (const char* text : {"#EXTM3U\nhttp://a/", "#extm3u", "\xEF\xBB\xBF#EXTM3U", " \r\n#EXTM3U",
                           "<?xml version=\"1.0\"?><MPD>", "<ASX>", "<MPD ", "[playlist]\nFile1=",
                           "[Reference]", "http://a/film", "file:///etc/passwd"}) {
    EXPECT_TRUE(IsPlaylistText(text)) << text;
  }
}

TEST(MediaSource, TakesEverythingElseForAFilm) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv,
        "\0\0\0\x20"
        "ftypisom"sv,
        "\x1A\x45\xDF\xA3"sv, "RIFF"sv, "OggS"sv, "   "sv, "#"sv, "words"sv}) {
    EXPECT_FALSE(IsPlaylistText(text)) << text;
  }
}

}  // namespace
}  // namespace yundisk::player
