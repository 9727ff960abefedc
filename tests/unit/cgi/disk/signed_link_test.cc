#include "cgi/disk/signed_link.h"

#include <gtest/gtest.h>

#include "cgi/disk/base64.h"

namespace yundisk::disk {
namespace {

const Bytes kSecret(32, std::byte{7});

TEST(LinkSigner, ReadsWhatItSigned) {
  const LinkSigner signer(kSecret);
  const std::string token = signer.Sign({12, 34, 1000});
  const LinkClaim claim = signer.Verify(token, 999).value();
  EXPECT_EQ(claim.user_id, 12);
  EXPECT_EQ(claim.node_id, 34);
  EXPECT_EQ(claim.expires_at_s, 1000u);
  EXPECT_EQ(signer.Verify(token, 1000).error().code(), Code::kDeleted);
}

TEST(LinkSigner, AnyChangedBitIsRefused) {
  const LinkSigner signer(kSecret);
  const Bytes good = Base64UrlDecode(signer.Sign({12, 34, 1000}), 100).value();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes wrong = good;
    wrong[bit / 8] ^= std::byte{1} << (bit % 8);
    const auto claim = signer.Verify(Base64UrlEncode(wrong), 0);
    ASSERT_FALSE(claim.ok()) << bit;
    EXPECT_EQ(claim.error().code(), Code::kNotFound);
  }
}

TEST(LinkSigner, RefusesOtherTokens) {
  const LinkSigner signer(kSecret);
  const std::string token = signer.Sign({12, 34, 1000});
  const std::string cut = token.substr(0, token.size() - 1);
  for (const std::string& text : {std::string(), std::string("x"), cut, token + "A", token + "=",
                                  std::string(10000, 'A'), std::string("\xFF\xFE")})
    EXPECT_FALSE(signer.Verify(text, 0).ok()) << text;
  EXPECT_FALSE(LinkSigner(Bytes(32, std::byte{8})).Verify(token, 0).ok());
}

}  // namespace
}  // namespace yundisk::disk
