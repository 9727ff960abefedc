#include "storage_core/cli/file_descriptor.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace yundisk::cli {
namespace {

class FileDescriptorTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "yundisk-cli-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(FileDescriptorTest, ANewFileAppearsOnlyWhenPublished) {
  const std::string path = folder_ / "out";
  {
    auto file = NewFile::Create(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->descriptor().WriteAll(AsBytes("hello")).ok());
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(file->Publish().ok());
  }
  std::ifstream in(path);
  std::string content;
  in >> content;
  EXPECT_EQ(content, "hello");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_F(FileDescriptorTest, AnAbandonedFileLeavesNothing) {
  const std::string path = folder_ / "out";
  { ASSERT_TRUE(NewFile::Create(path).ok()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FileDescriptorTest, OnlyRegularFilesHaveASize) {
  const auto directory = FileDescriptor::ForReading(folder_);
  ASSERT_TRUE(directory.ok());
  EXPECT_EQ(directory->RegularSize().error().code(), Code::kBadRequest);
  EXPECT_EQ(FileDescriptor::ForReading(folder_ / "none").error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace yundisk::cli
