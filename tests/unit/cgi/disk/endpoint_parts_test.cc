#include "cgi/disk/endpoint_parts.h"

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

TEST(EndpointParts, OpenWithoutTheirServers) {
  const auto file =
      ConfigFile::Parse("[web]\nthreads = 7\n[database]\nsocket = \"/none\"\n", "test").value();
  const auto parts = EndpointParts::Open(file, "");
  ASSERT_TRUE(parts.ok()) << parts.error().message();
  EXPECT_EQ((*parts)->config.web.threads, 7u);
}

TEST(EndpointParts, AWrongValueIsNamed) {
  const auto file = ConfigFile::Parse("[web]\nthreads = 0\n", "test").value();
  const auto parts = EndpointParts::Open(file, "");
  ASSERT_FALSE(parts.ok());
  EXPECT_NE(parts.error().message().find("web.threads"), std::string::npos);
}

}  // namespace
}  // namespace yundisk::disk
