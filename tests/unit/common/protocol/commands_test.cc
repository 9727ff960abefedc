#include "common/protocol/commands.h"

#include <gtest/gtest.h>

#include "common/protocol/failure.h"

namespace yundisk::wire {
namespace {

constexpr int kNumbers = 256;

int CountKnown(Service service) {
  int known = 0;
  for (int number = 0; number < kNumbers; ++number)
    known += FindCommand(service, static_cast<std::uint8_t>(number)) != nullptr ? 1 : 0;
  return known;
}

TEST(Commands, EachServiceKnowsItsOwnAndAuthentication) {
  EXPECT_EQ(CountKnown(Service::kTracker), 10 + 2);
  EXPECT_EQ(CountKnown(Service::kIdServer), 2 + 2);
  EXPECT_EQ(CountKnown(Service::kStorage), 15 + 2);
  EXPECT_EQ(FindCommand(Service::kTracker, 70), nullptr);
  EXPECT_EQ(FindCommand(Service::kStorage, 70)->command, Command::kUpload);
}

TEST(Commands, RequestLengths) {
  const auto expect = [](Service service, int number, std::uint64_t min, std::uint64_t max) {
    const CommandInfo* info = FindCommand(service, static_cast<std::uint8_t>(number));
    ASSERT_NE(info, nullptr) << number;
    EXPECT_EQ(info->min_request_bytes, min) << info->name;
    EXPECT_EQ(info->max_request_bytes, max) << info->name;
  };
  expect(Service::kStorage, 1, 32, 32);
  expect(Service::kStorage, 2, 32, 32);
  expect(Service::kTracker, 10, 171, 171);
  expect(Service::kTracker, 11, 146, 178);
  expect(Service::kTracker, 12, 400, 400);
  expect(Service::kTracker, 13, 0, 0);
  expect(Service::kTracker, 14, 280, 313);
  expect(Service::kTracker, 15, 25, 25);
  expect(Service::kTracker, 16, 147, 147);
  expect(Service::kTracker, 17, 220, 220);
  expect(Service::kTracker, 18, 89, 89);
  expect(Service::kTracker, 19, 0, 0);
  expect(Service::kIdServer, 40, 2, 65);
  expect(Service::kIdServer, 41, 6, 69);
  expect(Service::kStorage, 70, 408, 408 + kMaxContentBytes);
  expect(Service::kStorage, 71, 400, 400);
  expect(Service::kStorage, 72, 416, 416);
  expect(Service::kStorage, 73, 400, 400);
  expect(Service::kStorage, 74, 664, 664);
  expect(Service::kStorage, 75, 400, 400);
  expect(Service::kStorage, 76, 0, 0);
  expect(Service::kStorage, 77, 401, 401);
  expect(Service::kStorage, 78, 1, 1);
}

TEST(Commands, ReplyLengths) {
  EXPECT_EQ(FindCommand(Service::kIdServer, 40)->min_reply_bytes, 8U);
  EXPECT_EQ(FindCommand(Service::kIdServer, 40)->max_reply_bytes, 8U);
  EXPECT_EQ(FindCommand(Service::kStorage, 72)->min_reply_bytes, 0U);
  EXPECT_EQ(FindCommand(Service::kStorage, 72)->max_reply_bytes, kMaxContentBytes);
  EXPECT_EQ(FindCommand(Service::kTracker, 12)->max_reply_bytes, 17U + 256U);
  EXPECT_EQ(kBodySize<Failure>.max, 2U + 1024U);
}

}  // namespace
}  // namespace yundisk::wire
