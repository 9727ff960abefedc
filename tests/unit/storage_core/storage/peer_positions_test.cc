#include "storage_core/storage/peer_positions.h"

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class PeerPositionsTest : public EngineFixture {
 protected:
  PeerPositionsTest() { Start(); }

  PeerPositions Loaded() {
    PeerPositions positions(life_->files, "/data");
    EXPECT_TRUE(Await(positions.Load()).ok());
    return positions;
  }
  static PeerPosition At(unsigned char log, std::uint64_t offset) {
    PeerPosition position;
    position.log.fill(std::byte{log});
    position.read = {3, offset};
    return position;
  }
};

TEST_F(PeerPositionsTest, AreKeptOverRestarts) {
  EXPECT_EQ(Loaded().Get("1b"), PeerPosition{});
  PeerPositions positions = Loaded();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    positions.Set("1b", At(1, i * 1'000'000));
    positions.Set("a name with spaces", At(2, i));
    ASSERT_TRUE(Await(positions.Save({})).ok());
    EXPECT_EQ(Loaded().Get("1b"), At(1, i * 1'000'000));
    EXPECT_EQ(Loaded().Get("a name with spaces"), At(2, i));
  }
}

TEST_F(PeerPositionsTest, ATornSaveLeavesTheOneBefore) {
  PeerPositions positions = Loaded();
  positions.Set("1b", At(1, 100));
  ASSERT_TRUE(Await(positions.Save({})).ok());
  positions.Set("1b", At(1, 200));
  ASSERT_TRUE(Await(positions.Save({})).ok());
  const Bytes second = *disk_.Content("/data/peers.0");
  // Without its last byte, the end of a line, it is still whole.
  for (std::size_t cut = 0; cut + 1 < second.size(); ++cut) {
    disk_.PutFile("/data/peers.0",
                  Bytes(second.begin(), second.begin() + static_cast<std::ptrdiff_t>(cut)));
    EXPECT_EQ(Loaded().Get("1b"), At(1, 100)) << cut;
  }
}

TEST_F(PeerPositionsTest, AMemberCanBeHeldBack) {
  PeerPositions positions = Loaded();
  positions.Set("1b", At(1, 100));
  positions.Set("1c", At(1, 100));
  ASSERT_TRUE(Await(positions.Save({{"1b", At(1, 50)}})).ok());
  EXPECT_EQ(positions.Get("1b"), At(1, 100));
  EXPECT_EQ(Loaded().Get("1b"), At(1, 50));
  EXPECT_EQ(Loaded().Get("1c"), At(1, 100));
  ASSERT_TRUE(Await(positions.Save({})).ok());
  EXPECT_EQ(Loaded().Get("1b"), At(1, 100));
}

TEST_F(PeerPositionsTest, AShorterSaveHidesALongerOne) {
  PeerPositions positions = Loaded();
  for (const std::string name : {"1b", "1c", "1d"}) positions.Set(name, At(1, 100));
  ASSERT_TRUE(Await(positions.Save({})).ok());
  positions.Forget();
  ASSERT_TRUE(Await(positions.Save({})).ok());
  positions.Set("1b", At(1, 7));
  ASSERT_TRUE(Await(positions.Save({})).ok());
  EXPECT_EQ(Loaded().Get("1b"), At(1, 7));
  EXPECT_EQ(Loaded().Get("1c"), PeerPosition{});
}

}  // namespace
}  // namespace yundisk::storage
