#include "storage_core/cli/commands.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "common/protocol/address.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::Answer;
using client::FakeDaemon;
using client::ReceivedRequest;
using client::Refusal;
using client::Success;
using wire::Service;

// A tracker, an ID server and a storage with its objects in memory.
class CommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "yundisk-cmd-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  client::Options Connections() const {
    client::Options options;
    options.trackers = {tracker_.address()};
    options.id_servers = {id_server_.address()};
    options.id_block = 1;
    return options;
  }

  Answer Serve(const ReceivedRequest& request) {
    switch (static_cast<wire::Command>(request.command)) {
      case wire::Command::kPlace:
      case wire::Command::kAddresses:
        return Success(Service::kTracker,
                       wire::Location{*wire::TextZ<16>::From("g1"),
                                      wire::JoinAddresses({{storage_.address()}})});
      case wire::Command::kGroupList:
        return Success(Service::kTracker,
                       wire::Groups{{"groups\t1\ngroup\tg1\t1\t1\n"
                                     "storage\t1.0\ts1\t127.0.0.1:1\t1\t1\t1\t2\n"}});
      case wire::Command::kGetIds: return Success(Service::kIdServer, wire::Ids{++last_id_, 1});
      case wire::Command::kUpload: return Store(request);
      case wire::Command::kSize: return Tell(request);
      case wire::Command::kDownload: return Fetch(request);
      case wire::Command::kDelete:
        if (objects_.erase(IdOf(request)) == 0) return Missing();
        return Success(Service::kStorage, wire::Empty{});
      default: return Refusal(Service::kStorage, Code::kBadRequest, "unexpected");
    }
  }

  static std::string IdOf(const ReceivedRequest& request) {
    const auto key = wire::DecodeBody<wire::ObjectKey>(
        ByteView(request.body).first(wire::kBodySize<wire::ObjectKey>.max));
    return key->file_id.str();
  }
  static Answer Missing() { return Refusal(Service::kStorage, Code::kNotFound, "no such object"); }

  Answer Store(const ReceivedRequest& request) {
    constexpr std::size_t kFields = wire::kBodySize<wire::Upload>.max;
    objects_[IdOf(request)] = AsText(ByteView(request.body).subspan(kFields));
    return Success(Service::kStorage, wire::Empty{});
  }
  Answer Tell(const ReceivedRequest& request) {
    const auto found = objects_.find(IdOf(request));
    if (found == objects_.end()) return Missing();
    return Success(Service::kStorage, wire::ObjectSize{found->second.size()});
  }
  Answer Fetch(const ReceivedRequest& request) {
    const auto asked = wire::DecodeBody<wire::Download>(request.body);
    const auto found = objects_.find(IdOf(request));
    if (found == objects_.end()) return Missing();
    std::string part = found->second.substr(asked->offset);
    if (asked->size_bytes != 0) part.resize(std::min<std::size_t>(part.size(), asked->size_bytes));
    return client::ContentOf(AsBytes(part), part.size());
  }

  std::string FileWith(std::string_view content) {
    std::ofstream(folder_ / "in", std::ios::binary) << content;
    return folder_ / "in";
  }
  std::string Read(const std::string& name) {
    std::ostringstream content;
    content << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return content.str();
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> objects_;
  std::uint64_t last_id_ = 0;
  FakeDaemon::Script serve_ = [this](const ReceivedRequest& request) { return Serve(request); };
  FakeDaemon tracker_{serve_};
  FakeDaemon id_server_{serve_};
  FakeDaemon storage_{serve_};
  client::Cluster cluster_{Connections()};
  std::ostringstream out_;
  Output output_{out_, false};
  Output json_{out_, true};
};

TEST_F(CommandsTest, UploadWithoutAnIdPrintsAFreshOne) {
  ASSERT_TRUE(Upload(cluster_, {"a", "u", ""}, FileWith("hello"), output_).ok());
  EXPECT_EQ(out_.str(), "g1/1\n");
  EXPECT_EQ(objects_["g1/1"], "hello");
}

TEST_F(CommandsTest, UploadKeepsAGivenId) {
  ASSERT_TRUE(Upload(cluster_, {"a", "u", "mine"}, FileWith(""), json_).ok());
  EXPECT_EQ(out_.str(), "{\"file_id\":\"mine\",\"size\":0}\n");
  EXPECT_TRUE(objects_.contains("mine"));
}

TEST_F(CommandsTest, UploadOfAMissingFileIsNotFound) {
  const auto result = Upload(cluster_, {"a", "u", ""}, folder_ / "none", output_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(ExitCode(result.error().code()), 3);
}

TEST_F(CommandsTest, DownloadWritesTheWholeFileOrARange) {
  objects_["g1/1"] = "0123456789";
  const client::ObjectKey key{"a", "u", "g1/1"};
  ASSERT_TRUE(Download(cluster_, key, {}, folder_ / "all", output_).ok());
  EXPECT_EQ(Read("all"), "0123456789");
  ASSERT_TRUE(Download(cluster_, key, {3, 4}, folder_ / "part", output_).ok());
  EXPECT_EQ(Read("part"), "3456");
}

TEST_F(CommandsTest, AFailedDownloadLeavesNoFile) {
  const auto result = Download(cluster_, {"a", "u", "g1/9"}, {}, folder_ / "none", output_);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(CommandsTest, DeleteTwiceIsNotFound) {
  objects_["g1/1"] = "x";
  const client::ObjectKey key{"a", "u", "g1/1"};
  EXPECT_TRUE(Delete(cluster_, key, output_).ok());
  EXPECT_EQ(Delete(cluster_, key, output_).error().code(), Code::kNotFound);
}

TEST_F(CommandsTest, ListsGroupsNodesIdsAndRoutes) {
  ASSERT_TRUE(Groups(cluster_, output_).ok());
  ASSERT_TRUE(Nodes(cluster_, output_).ok());
  EXPECT_NE(out_.str().find("g1     1         1"), std::string::npos);
  EXPECT_NE(out_.str().find("ACTIVE"), std::string::npos);
  out_.str("");
  ASSERT_TRUE(DrawIds(cluster_, "k", 2, json_).ok());
  EXPECT_EQ(out_.str(), "{\"id\":\"1\",\"ids\":[\"1\",\"2\"],\"key\":\"k\"}\n");
  out_.str("");
  ASSERT_TRUE(DrawIds(cluster_, "k", 2, output_).ok());
  EXPECT_EQ(out_.str(), "3\n4\n");
  out_.str("");
  ASSERT_TRUE(Route(cluster_, {"a", "u", "g1/1"}, output_).ok());
  EXPECT_EQ(out_.str(), storage_.address() + "\n");
}

TEST_F(CommandsTest, PlaceTellsTheGroupAndItsStorages) {
  const auto daemons = DaemonCaller::Make(Connections());
  ASSERT_TRUE(daemons.ok());
  ASSERT_TRUE(Place(*daemons, {"a", "u", ""}, 100, "north", output_).ok());
  EXPECT_EQ(out_.str(), "g1 " + storage_.address() + "\n");
  const auto refused = Place(*daemons, {"a", "u", ""}, 100, std::string(33, 'r'), output_);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("region"), std::string::npos);
}

TEST(ExitCodes, TellKindsOfFailureApart) {
  EXPECT_EQ(ExitCode(Code::kNotFound), 3);
  EXPECT_EQ(ExitCode(Code::kDeleted), 3);
  EXPECT_EQ(ExitCode(Code::kUnavailable), 4);
  EXPECT_EQ(ExitCode(Code::kExists), 5);
  EXPECT_EQ(ExitCode(Code::kUnauthenticated), 5);
  EXPECT_EQ(ExitCode(Code::kInternal), 1);
}

}  // namespace
}  // namespace yundisk::cli
