#include "common/protocol/authentication.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace yundisk::wire {
namespace {

constexpr std::string_view kSecretHex =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

Nonces SomeNonces() {
  Nonces nonces;
  nonces.client.fill(std::byte{0xAA});
  nonces.server.fill(std::byte{0xBB});
  return nonces;
}

// The expected values come from another implementation of HMAC.
TEST(Authentication, ProofsAreHmacSha256OfLabelAndNonces) {
  const Secret secret = ParseSecret(kSecretHex).value();
  EXPECT_EQ(HexFromBytes(ServerProof(secret, SomeNonces())),
            "3ad100448116cf3c56845c50c612a0495c65a6d2e953cfb02097e94a27c14363");
  EXPECT_EQ(HexFromBytes(ClientProof(secret, SomeNonces())),
            "e72d244ecb62c1228ad38728ef4268c2c0a0230c2add4f3674b9704545c06d8c");
}

TEST(Authentication, ProofsCompare) {
  const Secret secret = ParseSecret(kSecretHex).value();
  Proof proof = ServerProof(secret, SomeNonces());
  EXPECT_TRUE(SameProof(proof, ServerProof(secret, SomeNonces())));
  EXPECT_FALSE(SameProof(proof, ClientProof(secret, SomeNonces())));
  proof[31] ^= std::byte{1};
  EXPECT_FALSE(SameProof(proof, ServerProof(secret, SomeNonces())));
}

TEST(Authentication, SecretsAre64HexadecimalDigits) {
  EXPECT_TRUE(ParseSecret(" " + std::string(kSecretHex) + "\r\n").ok());
  EXPECT_FALSE(ParseSecret(kSecretHex.substr(2)).ok());
  EXPECT_FALSE(ParseSecret(std::string(kSecretHex) + "00").ok());
  EXPECT_FALSE(ParseSecret(std::string(63, 'a') + "g").ok());
  EXPECT_FALSE(ParseSecret("").ok());
}

class SecretFile : public testing::Test {
 protected:
  SecretFile() { std::ofstream(path_) << kSecretHex << '\n'; }
  ~SecretFile() override { std::remove(path_.c_str()); }

  const std::string path_ = testing::TempDir() + "yundisk_secret_file_test";
};

TEST_F(SecretFile, IsReadWhenItsOwnersAlone) {
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  EXPECT_EQ(ReadSecretFile(path_).value(), ParseSecret(kSecretHex).value());
}

TEST_F(SecretFile, IsRefusedWhenOthersMayReadIt) {
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  const auto secret = ReadSecretFile(path_);
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().message().find("0001"), std::string::npos) << "quotes the secret";
}

TEST_F(SecretFile, IsRefusedWhenMissing) { EXPECT_FALSE(ReadSecretFile(path_ + ".none").ok()); }

}  // namespace
}  // namespace yundisk::wire
