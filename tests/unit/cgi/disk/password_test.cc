#include "cgi/disk/password.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

constexpr PasswordCost kCheap{64, 1};

Sha256 FromHex(std::string_view hex) {
  Sha256 digest{};
  std::ranges::copy(BytesFromHex(hex).value(), digest.begin());
  return digest;
}

// The example of RFC 7677 ("user", "pencil", 4096 rounds): its salted password, and the keys that
// give the proof dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ= printed there.
TEST(ScramKeys, FollowTheExampleOfRfc7677) {
  const ScramKeys keys = KeysOfSaltedPassword(
      FromHex("c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d"));
  EXPECT_EQ(HexFromBytes(keys.client_key),
            "a60fc923d67e8644a92d16b96eda5ef4656b0c725c484374be25535576996e8b");
  EXPECT_EQ(HexFromBytes(keys.stored_key),
            "586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6");
  EXPECT_EQ(HexFromBytes(keys.server_key),
            "c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5");
}

TEST(PasswordDeriver, MatchesOnlyThePassword) {
  SystemRandom random;
  PasswordDeriver deriver(kCheap, random);
  const PasswordVerifier verifier = deriver.MakeVerifier("correct horse").value();
  EXPECT_TRUE(deriver.Matches("correct horse", verifier).value());
  for (const char* wrong : {"", "correct hors", "correct horse ", "Correct horse"})
    EXPECT_FALSE(deriver.Matches(wrong, verifier).value()) << wrong;
}

TEST(PasswordDeriver, EveryVerifierHasItsOwnSalt) {
  SystemRandom random;
  PasswordDeriver deriver(kCheap, random);
  const auto one = deriver.MakeVerifier("same password").value();
  const auto two = deriver.MakeVerifier("same password").value();
  EXPECT_NE(one.salt, two.salt);
  EXPECT_NE(one.stored_key, two.stored_key);
}

TEST(PasswordDeriver, SpellingsOfOneTextAreOnePassword) {
  SystemRandom random;
  PasswordDeriver deriver(kCheap, random);
  const auto verifier = deriver.MakeVerifier("Zoe\u0308 七星 password").value();
  EXPECT_TRUE(deriver.Matches("Zo\u00EB 七星 password", verifier).value());
}

TEST(PasswordDeriver, OldVerifiersKeepTheirCost) {
  SystemRandom random;
  const auto verifier = PasswordDeriver({128, 2}, random).MakeVerifier("a password").value();
  EXPECT_EQ(verifier.cost.memory_kib, 128u);
  EXPECT_TRUE(PasswordDeriver(kCheap, random).Matches("a password", verifier).value());
}

TEST(PasswordDeriver, ManyThreadsTakeTurns) {
  SystemRandom random;
  PasswordDeriver deriver(kCheap, random);
  const auto verifier = deriver.MakeVerifier("a password").value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&] { EXPECT_TRUE(deriver.Matches("a password", verifier).value()); });
  for (std::thread& thread : threads) thread.join();
}

// The processor time of this thread: what others do meanwhile does not count.
std::chrono::nanoseconds ThreadTime() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// An unknown name must not answer sooner than a known one: both derive a key of the same cost.
TEST(PasswordDeriver, PretendingCostsTheSame) {
  SystemRandom random;
  PasswordDeriver deriver({8 * 1024, 2}, random);
  const auto verifier = deriver.MakeVerifier("a password").value();
  const auto cheapest = [](auto&& work) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 7; ++i) {
      const auto begin = ThreadTime();
      work();
      best = std::min(best, ThreadTime() - begin);
    }
    return best;
  };
  const auto real = cheapest([&] { EXPECT_FALSE(deriver.Matches("wrong", verifier).value()); });
  const auto pretended = cheapest([&] { EXPECT_TRUE(deriver.PretendToMatch("wrong").ok()); });
  EXPECT_GT(pretended, real / 2);
  EXPECT_LT(pretended, real * 2);
}

}  // namespace
}  // namespace yundisk::disk
