// The tables that operators edit, which can be away.
#include "storage_core/tracker/directory.h"

#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_stores.h"
#include "tests/unit/storage_core/tracker/run_to_end.h"

namespace yundisk::tracker {
namespace {

TEST(Directory, WhatWasReadStaysWhileTheTablesAreAway) {
  FakeDirectoryStore store;
  net::BlockingPool pool(1);
  ScriptedTimer timer;
  Directory directory(store, pool, timer);
  store.Lock()->down = true;
  timer.steps = {[&] {
                   EXPECT_EQ(directory.GroupOf("g1").region, "") << "not read yet";
                   store.Lock()->tables.groups["g1"] = {"north", 10};
                   store.Lock()->tables.services = {{1, "id", "10.0.0.1:22000", 3}};
                   store.Lock()->down = false;
                 },
                 [&] {
                   EXPECT_EQ(directory.GroupOf("g1").region, "north");
                   store.Lock()->tables = {};
                   store.Lock()->down = true;
                 },
                 [&] {
                   EXPECT_EQ(directory.GroupOf("g1").region, "north");
                   EXPECT_EQ(directory.GroupOf("g1").reserve_bytes, 10U);
                   EXPECT_EQ(directory.services().size(), 1U);
                   store.Lock()->down = false;
                 },
                 [&] {
                   EXPECT_EQ(directory.GroupOf("g1").region, "");
                   EXPECT_TRUE(directory.services().empty());
                 }};
  EXPECT_THROW(RunToEnd(directory.Run()), ScriptedTimer::End);
  EXPECT_EQ(timer.next, timer.steps.size());
}

}  // namespace
}  // namespace yundisk::tracker
