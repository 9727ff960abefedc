#include "storage_core/client/member_list.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace yundisk::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kList =
    "groups\t2\n"
    "group\tg1\t2\t1\n"
    "storage\t1.0\tb\t[::1]:23000\t100\t1000000\t0\t1\t-\t-\t-\tdraining\n"
    "storage\t1.0\ta\t10.0.0.1:23000\t100\t1000000\t1000000\t2\t4096\t7\t1\tactive\tmore\n"
    "group\tg2\t1\t0\n"
    "storage\t-\tc\t10.0.0.3:23000\t0\t50\t0\t0\n"
    "removed\tg1\td\n"
    "removed\tg2\te\n"
    "news\tof a later version\n";

TEST(MemberList, TakesTheStoragesOfItsGroup) {
  EXPECT_THAT(ParseMembers(kList, "g1").value(),
              ElementsAre(Member{"a", "10.0.0.1:23000", MemberState::kActive, false},
                          Member{"b", "[::1]:23000", MemberState::kOnline, true}));
  EXPECT_THAT(ParseMembers(kList, "g2").value(),
              ElementsAre(Member{"c", "10.0.0.3:23000", MemberState::kOffline, false}));
  EXPECT_THAT(ParseMembers(kList, "g3").value(), IsEmpty());
  EXPECT_THAT(ParseMembers("", "g1").value(), IsEmpty());
}

TEST(MemberList, TakesThoseThatWereRemoved) {
  EXPECT_THAT(ParseRemoved(kList, "g1"), ElementsAre("d"));
  EXPECT_THAT(ParseRemoved(kList, "g3"), IsEmpty());
  EXPECT_THAT(ParseRemoved("removed\tg1\n", "g1"), IsEmpty());
}

TEST(MemberList, NonsenseIsRefused) {
  for (const std::string line :
       {"storage\t1.0\ta", "storage\t1\ta\tnowhere\t1\t1\t1\t2",
        "storage\t1\ta\t1.1.1.1:1\t1\t1\t1\t3", "storage\t1\ta\t1.1.1.1:1\t1\t1\t1\t"})
    EXPECT_FALSE(ParseMembers("group\tg1\t1\t1\n" + line, "g1").ok()) << line;
}

TEST(MemberList, IsReadAsItWasWrittenWithoutItsStates) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("members");
  EXPECT_EQ(ReadMembers(path).error().code(), Code::kNotFound);
  ASSERT_TRUE(WriteMembers(path, ParseMembers(kList, "g1").value()).ok());
  EXPECT_THAT(ReadMembers(path).value(),
              ElementsAre(Member{"a", "10.0.0.1:23000", MemberState::kOffline, false},
                          Member{"b", "[::1]:23000", MemberState::kOffline, true}));
  ASSERT_TRUE(WriteMembers(path, {}).ok());
  EXPECT_THAT(ReadMembers(path).value(), IsEmpty());
}

TEST(MemberList, AFileThatIsNoListIsToldApartFromAnEmptyOne) {
  const test::TemporaryFolder folder;
  for (const std::string_view text : {"", "a\t10.0.0.1:1\tmember\n", "a\nend\n"}) {
    std::ofstream(folder.File("members"), std::ios::trunc) << text;
    EXPECT_EQ(ReadMembers(folder.File("members")).error().code(), Code::kCorrupt) << text;
  }
}

TEST(MemberList, AFolderThatIsNotThereIsAnError) {
  EXPECT_FALSE(WriteMembers("/nonexistent/members", {}).ok());
}

}  // namespace
}  // namespace yundisk::client
