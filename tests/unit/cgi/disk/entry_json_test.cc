#include "cgi/disk/entry_json.h"

#include <gtest/gtest.h>
#include <json/reader.h>

namespace yundisk::disk {
namespace {

Json::Value Parsed(const std::string& json) {
  Json::Value value;
  EXPECT_TRUE(Json::Reader().parse(json, value)) << json;
  return value;
}

Node File(std::string name) {
  Node node;
  node.id = 9'000'000'000'000'000'000;
  node.name = std::move(name);
  node.kind = NodeKind::kFile;
  node.content = Content{1, 123, Sha256{}, "1/2"};
  node.modified_at_ms = 1'795'238'844'123;
  return node;
}

TEST(EntryJson, NamesOfEveryKindSurvive) {
  for (const auto* name : {"a", "a\"b", "a\\b", "中文 😀", "</script>", "a'b"}) {
    const Json::Value entry = Parsed(EntryJson(File(name), Path().Child("d").Child(name)));
    EXPECT_EQ(entry["name"], name);
    EXPECT_EQ(entry["path"], std::string("/d/") + name);
  }
}

TEST(EntryJson, TellsWhatTheApiPromises) {
  const Json::Value file = Parsed(EntryJson(File("a.mp4"), Path().Child("a.mp4")));
  EXPECT_EQ(file["id"], "9000000000000000000");
  EXPECT_EQ(file["size"], 123);
  EXPECT_EQ(file["type"], "video/mp4");
  EXPECT_EQ(file["sha256"], std::string(64, '0'));
  EXPECT_EQ(file["etag"], '"' + std::string(64, '0') + '"');
  EXPECT_EQ(file["modified_at"], "2026-11-21T05:27:24.123Z");
  Node folder;
  folder.id = 3;
  const Json::Value root = Parsed(EntryJson(folder, Path()));
  EXPECT_EQ(root["path"], "/");
  EXPECT_EQ(root["type"], Json::Value());
  EXPECT_FALSE(root.isMember("sha256"));
}

TEST(EntryJson, ListingsAreOneDocument) {
  const Json::Value empty = Parsed(ListingJson(Path(), {}, std::nullopt));
  EXPECT_EQ(empty["entries"].size(), 0u);
  EXPECT_TRUE(empty["next_cursor"].isNull());
  const Json::Value two = Parsed(ListingJson(Path().Child("d"), {File("a"), File("b")}, "cursor"));
  EXPECT_EQ(two["entries"][1]["path"], "/d/b");
  EXPECT_EQ(two["next_cursor"], "cursor");
}

}  // namespace
}  // namespace yundisk::disk
