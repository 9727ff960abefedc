#include "storage_core/client/known_services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yundisk::client {
namespace {

using testing::ElementsAre;

TEST(KnownServices, TheConfiguredOnesComeFirstAndStay) {
  KnownServices services({"t1:1"}, {"i1:1"});
  services.Learn(
      "service\t1\ttracker\tt2:1\t1\nservice\t1\ttracker\tt1:1\t1\n"
      "service\t2\tid_server\ti2:1\t1\nservice\t9\tlive\tl:1\t1\n");
  EXPECT_THAT(services.trackers(), ElementsAre("t1:1", "t2:1"));
  EXPECT_THAT(services.id_servers(), ElementsAre("i1:1", "i2:1"));
}

TEST(KnownServices, WhatIsNoLongerToldGoes) {
  KnownServices services({"t1:1"}, {"i1:1"});
  services.Learn("service\t1\ttracker\tt2:1\t1\nservice\t2\tid_server\ti2:1\t1\n");
  services.Learn("service\t1\ttracker\tt3:1\t1\n");
  EXPECT_THAT(services.trackers(), ElementsAre("t1:1", "t3:1"));
  EXPECT_THAT(services.id_servers(), ElementsAre("i1:1"));
}

TEST(KnownServices, ATrackerThatKnowsNothingYetIsNoNews) {
  KnownServices services({"t1:1"}, {});
  services.Learn("service\t1\ttracker\tt2:1\t1\n");
  services.Learn("");
  services.Learn("nonsense\nservice\tmany\n");
  EXPECT_THAT(services.trackers(), ElementsAre("t1:1", "t2:1"));
}

TEST(ParseServices, IgnoresWhatItDoesNotKnow) {
  EXPECT_THAT(ParseServices("service\t7\tlive\th:1\t3\tmore\nother\t1\nservice\tx\ty\tz\t1\n"),
              ElementsAre(ServiceHost{7, "live", "h:1", 3}));
}

}  // namespace
}  // namespace yundisk::client
