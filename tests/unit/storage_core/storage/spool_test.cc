#include "storage_core/storage/spool.h"

#include <gtest/gtest.h>

namespace yundisk::storage {
namespace {

TEST(SpoolPath, TakesPlainNames) {
  EXPECT_EQ(*SpoolPath("/spool", "4/00/0000000004"), "/spool/4/00/0000000004");
  EXPECT_EQ(*SpoolPath("/spool", "a_b-c.d"), "/spool/a_b-c.d");
}

TEST(SpoolPath, RefusesEverythingElse) {
  for (const std::string_view name : {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b",
                                      "a/.b", ".a", "a b", "a\\b", "a\nb", "\xC3\xA4", "a%2e"}) {
    const auto path = SpoolPath("/spool", name);
    ASSERT_FALSE(path.ok()) << name;
    EXPECT_EQ(path.error().code(), Code::kBadRequest) << name;
  }
  EXPECT_FALSE(SpoolPath("/spool", std::string_view("a\0b", 3)).ok());
  EXPECT_FALSE(SpoolPath("/spool", std::string(256, 'a')).ok());
}

TEST(SpoolPath, NeedsASpool) { EXPECT_EQ(SpoolPath("", "a").error().code(), Code::kUnavailable); }

}  // namespace
}  // namespace yundisk::storage
