#include "storage_core/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace yundisk::cli {
namespace {

TEST(Output, JsonIsOneLineWithoutEscapedLetters) {
  std::ostringstream out;
  Json::Value json;
  json["name"] = "雲";
  json["size"] = 1;
  PrintJson({out, true}, json);
  EXPECT_EQ(out.str(), "{\"name\":\"雲\",\"size\":1}\n");
}

TEST(Output, TablesLineUp) {
  EXPECT_EQ(Table({{"A", "LONG HEADING"}, {"a cell", "b"}}),
            "A       LONG HEADING\n"
            "a cell  b\n");
}

TEST(Output, TimesAreUtc) {
  EXPECT_EQ(TimeText(0), "never");
  EXPECT_EQ(TimeText(86'400 + 3'661), "1970-01-02T01:01:01Z");
}

}  // namespace
}  // namespace yundisk::cli
