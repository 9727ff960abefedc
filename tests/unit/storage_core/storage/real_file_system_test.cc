#include "storage_core/storage/real_file_system.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "storage_core/storage/folder_lock.h"
#include "storage_core/storage/join_time.h"
#include "storage_core/storage/system_calls.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::storage {
namespace {

// With and without a pool.
class RealFileSystemTest : public testing::TestWithParam<bool> {
 protected:
  template <typename T>
  Result<T> Await(Task<T> task) {
    std::optional<Result<T>> result;
    const auto run = [](Task<T> inner,
                        std::optional<Result<T>>& out) -> boost::asio::awaitable<void> {
      out.emplace(co_await std::move(inner));
    };
    auto done =
        boost::asio::co_spawn(context_, run(std::move(task), result), boost::asio::use_future);
    context_.restart();
    context_.run();
    done.get();
    return *std::move(result);
  }

  boost::asio::io_context context_;  // before the pool, whose threads post to it to their end
  net::BlockingPool pool_{2};
  RealFileSystem files_{GetParam() ? &pool_ : nullptr};
  test::TemporaryFolder folder_;
};

TEST_P(RealFileSystemTest, WritesAndReads) {
  const std::string path = folder_.File("f");
  const auto file = Await(files_.Open(path, OpenMode::kCreate));
  ASSERT_TRUE(file.ok());
  const std::array<ByteView, 3> pieces{AsBytes("ab"), AsBytes(""), AsBytes("cde")};
  ASSERT_TRUE(Await((*file)->WriteAt(3, pieces)).ok());
  ASSERT_TRUE(Await((*file)->Sync()).ok());
  EXPECT_EQ(Await((*file)->Facts())->size_bytes, 8U);
  EXPECT_TRUE(Await((*file)->Facts())->regular);
  EXPECT_TRUE(Await((*file)->Facts())->mine);
  Bytes read(10);
  EXPECT_EQ(*Await((*file)->ReadAt(4, read)), 4U);
  EXPECT_EQ(AsText(ByteView(read).first(4)), "bcde");
  EXPECT_EQ(*Await((*file)->ReadAt(100, read)), 0U);
}

TEST_P(RealFileSystemTest, WritesMorePiecesThanOneCallTakes) {
  const auto file = Await(files_.Open(folder_.File("f"), OpenMode::kCreate));
  const std::vector<ByteView> pieces(5000, AsBytes("xyz"));
  ASSERT_TRUE(Await((*file)->WriteAt(0, pieces)).ok());
  EXPECT_EQ(Await((*file)->Facts())->size_bytes, 15'000U);
}

TEST_P(RealFileSystemTest, DoesNotFollowLinksOrReplaceFiles) {
  std::ofstream(folder_.File("target")) << "x";
  std::filesystem::create_symlink(folder_.File("target"), folder_.File("link"));
  EXPECT_FALSE(Await(files_.Open(folder_.File("link"), OpenMode::kRead)).ok());
  EXPECT_EQ(Await(files_.Open(folder_.File("target"), OpenMode::kCreate)).error().code(),
            Code::kExists);
  std::ofstream(folder_.File("other")) << "y";
  EXPECT_EQ(Await(files_.Rename(folder_.File("other"), folder_.File("target"))).error().code(),
            Code::kExists);
  // /proc is always another file system.
  EXPECT_EQ(Await(files_.Rename(folder_.File("other"), "/proc/yundisk")).error().code(),
            Code::kUnavailable);
  EXPECT_TRUE(Await(files_.Rename(folder_.File("other"), folder_.File("new"))).ok());
  EXPECT_EQ(Await(files_.Open(folder_.File("other"), OpenMode::kRead)).error().code(),
            Code::kNotFound);
}

TEST_P(RealFileSystemTest, AFifoDoesNotHoldItUp) {
  ASSERT_EQ(::mkfifo(folder_.File("fifo").c_str(), 0600), 0);
  const auto file = Await(files_.Open(folder_.File("fifo"), OpenMode::kRead));
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE(Await((*file)->Facts())->regular);
}

TEST_P(RealFileSystemTest, ListsSorted) {
  for (const char* name : {"c", "a", "b"}) std::ofstream(folder_.File(name)) << name;
  ASSERT_TRUE(Await(files_.MakeFolder(folder_.File("d"))).ok());
  ASSERT_TRUE(Await(files_.MakeFolder(folder_.File("d"))).ok());
  ASSERT_TRUE(Await(files_.SyncFolder(folder_.path().string())).ok());
  ASSERT_TRUE(Await(files_.Remove(folder_.File("b"))).ok());
  EXPECT_EQ(*Await(files_.List(folder_.path().string())),
            (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_GT(*Await(files_.FreeBytes(folder_.path().string())), 0U);
}

INSTANTIATE_TEST_SUITE_P(Both, RealFileSystemTest, testing::Bool());

TEST(FolderLockTest, KeepsTheSecondOut) {
  const test::TemporaryFolder folder;
  {
    const auto first = FolderLock::Take(folder.File("data"));
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(FolderLock::Take(folder.File("data")).error().code(), Code::kUnavailable);
  }
  EXPECT_TRUE(FolderLock::Take(folder.File("data")).ok());
}

TEST(JoinTimeTest, IsKept) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(ReadJoinTime(folder.File("joined")), 0U);
  WriteJoinTime(folder.File("joined"), 1'800'000'000);
  EXPECT_EQ(ReadJoinTime(folder.File("joined")), 1'800'000'000U);
}

}  // namespace
}  // namespace yundisk::storage
