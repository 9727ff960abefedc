#include "cgi/disk/natural_order.h"

#include <algorithm>
#include <compare>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes a number without leading zeros off the front.
std::string_view TakeNumber(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.starts_with('0')) digits.remove_prefix(1);
  return digits;
}

unsigned char Fold(char c) {
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

// The order, said in another way: walks both names at once.
std::strong_ordering Compare(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a[0]) && IsDigit(b[0])) {
      const auto x = TakeNumber(a);
      const auto y = TakeNumber(b);
      if (x.size() != y.size()) return x.size() <=> y.size();
      if (x != y) return x.compare(y) <=> 0;
      continue;
    }
    // A number stands where the digit 0 stands.
    const unsigned char x = IsDigit(a[0]) ? '0' : Fold(a[0]);
    const unsigned char y = IsDigit(b[0]) ? '0' : Fold(b[0]);
    if (x != y) return x <=> y;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty())
    return a.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
  return whole_a.compare(whole_b) <=> 0;
}

TEST(NaturalOrder, SortsAsPeopleExpect) {
  const std::vector<std::string> expected{
      ".a",    "0",      "00", "01",       "1",       "2",        "2 b", "10",
      "A",     "a",      "a0", "a01b",     "a1b",     "A1c",      "a2",  "a10",
      "a10b2", "a10b11", "b",  "film.mkv", "scene 9", "scene 10", "中",  "文"};
  std::vector<std::string> sorted = expected;
  std::ranges::shuffle(sorted, std::mt19937(1));
  std::ranges::sort(sorted, {}, NaturalSortKey);
  EXPECT_EQ(sorted, expected);
}

TEST(NaturalOrder, KeysCompareAsNamesDo) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view kAlphabet = "0011299aAbBz ._-:\xE4\xB8\xAD";
  const auto name = [&] {
    std::string text;
    for (auto n = 1 + random() % 8; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
    return text;
  };
  for (int i = 0; i < 50000; ++i) {
    const std::string a = name();
    const std::string b = name();
    EXPECT_EQ(Compare(a, b), NaturalSortKey(a).compare(NaturalSortKey(b)) <=> 0)
        << "'" << a << "' and '" << b << "'";
  }
}

TEST(NaturalOrder, KeysAreBounded) {
  std::string worst;
  while (worst.size() < 255) worst += worst.size() % 2 == 0 ? '1' : 'a';
  EXPECT_EQ(NaturalSortKey(worst).size(), kSortKeyBytesMax);
  EXPECT_LE(NaturalSortKey(std::string(255, '9')).size(), kSortKeyBytesMax);
}

}  // namespace
}  // namespace yundisk::disk
