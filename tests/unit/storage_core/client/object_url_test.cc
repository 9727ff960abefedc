#include "storage_core/client/object_url.h"

#include <gtest/gtest.h>

#include "common/protocol/hmac.h"

namespace yundisk::client {
namespace {

constexpr std::uint64_t kNow_s = 1'000'000;
constexpr UrlTime kTime{kNow_s, 3600};

wire::Secret SecretOf(unsigned char byte) {
  wire::Secret secret;
  secret.fill(std::byte{byte});
  return secret;
}

const UrlSigner& Signer() {
  static const UrlSigner signer(SecretOf(7));
  return signer;
}

ObjectUrl Plain() {
  ObjectUrl url;
  url.application = "yundisk";
  url.user = "blobs";
  url.file_id = "1/4711";
  url.expires_at_s = kNow_s + 60;
  return url;
}

ObjectUrl Rich() {
  ObjectUrl url = Plain();
  url.application = "应用";
  url.user = "a&b=c d+%";
  url.file_id = "group 2/六";
  url.name = "影片 50% #1?.mp4";
  url.head_only = true;
  url.attachment = true;
  url.media_type = "text/plain; charset=utf-8";
  url.window = ByteWindow{5, UINT64_MAX};
  return url;
}

std::optional<UrlFault> FaultOf(std::string_view target, UrlTime time = kTime) {
  const auto verified = Signer().Verify(target, time);
  const auto* fault = std::get_if<UrlFault>(&verified);
  return fault == nullptr ? std::nullopt : std::optional(*fault);
}

TEST(ObjectUrl, SaysWhatWasSigned) {
  ObjectUrl prefix_lookalike = Plain();
  prefix_lookalike.file_id = "group/1";
  prefix_lookalike.name = "a";
  for (const ObjectUrl& url : {Plain(), Rich(), prefix_lookalike}) {
    const std::string target = Signer().Sign(url).value();
    const auto verified = Signer().Verify(target, kTime);
    ASSERT_TRUE(std::holds_alternative<ObjectUrl>(verified)) << target;
    EXPECT_EQ(std::get<ObjectUrl>(verified), url) << target;
  }
}

TEST(ObjectUrl, IsOfTheDocumentedForm) {
  const Sha256 key = wire::HmacSha256(SecretOf(7), AsBytes("storage-http-v1"));
  const std::string key_id = HexFromBytes(wire::HmacSha256(key, AsBytes("key id"))).substr(0, 8);
  ObjectUrl url = Plain();
  url.name = "七.mp4";
  const std::string query = "application=yundisk&user=blobs&expires=1000060&key=" + key_id;
  using namespace std::string_literals;
  const std::string signature =
      HexFromBytes(wire::HmacSha256(key, AsBytes("1/4711\0七.mp4\0"s + query)));
  EXPECT_EQ(Signer().Sign(url).value(),
            "/1/4711/%E4%B8%83.mp4?" + query + "&signature=" + signature);
}

TEST(ObjectUrl, TheEntryServersPrefixAndOtherEscapesAreTheSameAddress) {
  ObjectUrl url = Plain();
  url.name = "七 a.mp4";
  const std::string target = Signer().Sign(url).value();
  EXPECT_FALSE(FaultOf("/group" + target));
  std::string other = target;
  other.replace(other.find("%E4%B8%83%20a"), 13, "%e4%b8%83%20%61");
  EXPECT_FALSE(FaultOf(other));
}

TEST(ObjectUrl, NoByteCanBeChanged) {
  for (const ObjectUrl& url : {Plain(), Rich()}) {
    const std::string target = Signer().Sign(url).value();
    const ObjectUrl signed_for = std::get<ObjectUrl>(Signer().Verify(target, kTime));
    for (std::size_t i = 0; i < target.size(); ++i) {
      for (unsigned flip = 1; flip < 256; ++flip) {
        std::string altered = target;
        altered[i] = static_cast<char>(static_cast<unsigned char>(altered[i]) ^ flip);
        const auto verified = Signer().Verify(altered, kTime);
        // Only an escape of the path may be written in another way.
        if (const auto* accepted = std::get_if<ObjectUrl>(&verified)) {
          EXPECT_EQ(*accepted, signed_for) << altered;
          EXPECT_LT(i, target.find('?')) << altered;
        }
      }
      EXPECT_TRUE(FaultOf(target.substr(0, i))) << i;
    }
    EXPECT_TRUE(FaultOf(target + "0"));
    EXPECT_TRUE(FaultOf(target + "&user=other"));
  }
}

TEST(ObjectUrl, TellsWhyItIsRefused) {
  const std::string target = Signer().Sign(Plain()).value();
  EXPECT_EQ(FaultOf("/1/4711"), UrlFault::kUnsigned);
  EXPECT_EQ(FaultOf("/1/4711?application=yundisk&user=blobs"), UrlFault::kUnsigned);
  EXPECT_EQ(FaultOf("/1/4712" + target.substr(7)), UrlFault::kAltered);
  EXPECT_EQ(FaultOf("/1/4711/name" + target.substr(7)), UrlFault::kAltered);
  EXPECT_EQ(FaultOf(UrlSigner(SecretOf(8)).Sign(Plain()).value()), UrlFault::kOtherKey);
  EXPECT_EQ(FaultOf(target, {kNow_s + 59, 3600}), std::nullopt);
  EXPECT_EQ(FaultOf(target, {kNow_s + 60, 3600}), UrlFault::kExpired);
  EXPECT_EQ(FaultOf(target, {kNow_s, 59}), UrlFault::kTooLong);
  for (const auto* path : {"", "/", "/1", "/1/", "//1", "/1/2/3/4", "/1/2/", "/../1", "/1/..",
                           "/1/%2F", "/1/%00", "/1/%ff", "/1/%2", "1/2", "/12345678901234567/1",
                           "/group/1", "*", "http://h/1/2", "/1/2/%2e"})
    EXPECT_TRUE(FaultOf(std::string(path) + "?a=b&signature=0")) << path;
  EXPECT_EQ(FaultOf("/1/2/3/4?x&signature=0"), UrlFault::kNotAnObject);
}

TEST(ObjectUrl, WhatDoesNotFitIsNotSigned) {
  const auto refuses = [](auto change) {
    ObjectUrl url = Plain();
    change(url);
    return !Signer().Sign(url).ok();
  };
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.file_id = "4711"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.file_id = "1/2/3"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.file_id = "1/" + std::string(127, '1'); }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.application = ""; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.user = std::string(257, 'u'); }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.name = "a/b"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.name = ".."; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.name = "\xff"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.media_type = "text/html\r\nX: y"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.media_type = "html"; }));
  EXPECT_TRUE(refuses([](ObjectUrl& url) { url.window = ByteWindow{2, 1}; }));
}

}  // namespace
}  // namespace yundisk::client
