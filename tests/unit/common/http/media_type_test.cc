#include "common/http/media_type.h"

#include <gtest/gtest.h>

namespace yundisk::http {
namespace {

TEST(MediaType, ByTheLastExtension) {
  EXPECT_EQ(MediaTypeOf("a.jpg"), "image/jpeg");
  EXPECT_EQ(MediaTypeOf("A.JPG"), "image/jpeg");
  EXPECT_EQ(MediaTypeOf("a.tar.gz"), "application/gzip");
  EXPECT_EQ(MediaTypeOf("中.txt"), "text/plain; charset=utf-8");
  for (const auto* name :
       {"a", "", ".", "a.", ".jpg", "a.nothing", "a.jpg ", "a.verylongextension"})
    EXPECT_EQ(MediaTypeOf(name), "application/octet-stream") << name;
}

TEST(MediaType, OnlyWhatCannotRunIsShown) {
  for (const auto* name : {"a.png", "a.webp", "a.mp4", "a.mp3", "a.pdf", "a.txt", "a.log"})
    EXPECT_TRUE(IsSafeInline(MediaTypeOf(name))) << name;
  for (const auto* name : {"a.html", "a.htm", "a.svg", "a.xml", "a.xhtml", "a.js", "a.mjs", "a.css",
                           "a.json", "a.wasm", "a.zip", "a", "a.vtt", "a.md"})
    EXPECT_FALSE(IsSafeInline(MediaTypeOf(name))) << name;
}

}  // namespace
}  // namespace yundisk::http
