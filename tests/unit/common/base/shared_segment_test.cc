#include "common/base/shared_segment.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk {
namespace {

constexpr std::size_t kSize = 4096;

class SharedSegmentTest : public testing::Test {
 protected:
  SharedSegmentTest() {
    std::string name = (std::filesystem::temp_directory_path() / "yundisk-segment-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SharedSegmentTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "segment").string(); }
  SharedSegment Open(std::uint64_t layout = 1) const {
    return SharedSegment::Open(path(), layout, kSize).value();
  }

  std::filesystem::path folder_;
};

TEST_F(SharedSegmentTest, BeginsAsZerosAndIsShared) {
  const SharedSegment one = Open();
  for (std::size_t i = 0; i < kSize; ++i) ASSERT_EQ(one.data()[i], std::byte{0});
  one.data()[kSize - 1] = std::byte{7};
  EXPECT_EQ(Open().data()[kSize - 1], std::byte{7});
}

TEST_F(SharedSegmentTest, StaysInPlaceWhenItMoves) {
  SharedSegment one = Open();
  std::byte* const place = one.data();
  const SharedSegment two = std::move(one);
  EXPECT_EQ(two.data(), place);
}

TEST_F(SharedSegmentTest, AnotherLayoutGetsANewFileAndLeavesTheOldToItsUsers) {
  const SharedSegment old = Open(1);
  old.data()[0] = std::byte{1};
  const SharedSegment fresh = Open(2);
  EXPECT_EQ(fresh.data()[0], std::byte{0});
  fresh.data()[0] = std::byte{2};
  EXPECT_EQ(old.data()[0], std::byte{1});
}

TEST_F(SharedSegmentTest, ATruncatedFileIsReplaced) {
  std::ofstream(path()) << "short";
  EXPECT_EQ(Open().data()[0], std::byte{0});
}

TEST_F(SharedSegmentTest, ItsBlocksAreAllocated) {
  Open();
  EXPECT_EQ(std::filesystem::file_size(path()), SharedSegment::kHeaderBytes + kSize);
}

TEST_F(SharedSegmentTest, OfManyFirstOpenersAllGetOneFile) {
  std::vector<std::thread> threads;
  std::vector<SharedSegment> opened;
  for (int i = 0; i < 8; ++i) opened.push_back(SharedSegment::Open("", 1, kSize).value());
  for (SharedSegment& segment : opened)
    threads.emplace_back([this, &segment] { segment = Open(); });
  for (std::thread& thread : threads) thread.join();
  opened.front().data()[0] = std::byte{9};
  for (const SharedSegment& segment : opened) EXPECT_EQ(segment.data()[0], std::byte{9});
}

TEST_F(SharedSegmentTest, WithoutAPathItIsOnesOwn) {
  const SharedSegment one = SharedSegment::Open("", 1, kSize).value();
  const SharedSegment two = SharedSegment::Open("", 1, kSize).value();
  one.data()[0] = std::byte{1};
  EXPECT_EQ(two.data()[0], std::byte{0});
}

TEST_F(SharedSegmentTest, APlaceThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(SharedSegment::Open("/nowhere/segment", 1, kSize).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace yundisk
