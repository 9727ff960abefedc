#include "storage_core/cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace yundisk::cli {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kDrawEvery{100};

}  // namespace

ProgressBar::ProgressBar(std::string title, std::uint64_t total_bytes)
    : title_(std::move(title)),
      total_bytes_(total_bytes),
      start_(std::chrono::steady_clock::now()),
      next_draw_(start_ + kDrawEvery),
      is_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (is_terminal_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::Add(std::uint64_t bytes) {
  done_bytes_ += bytes;
  if (!is_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_draw_) Draw(now);
}

void ProgressBar::Draw(std::chrono::steady_clock::time_point now) {
  next_draw_ = now + kDrawEvery;
  const std::chrono::duration<double> seconds = now - start_;
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(done_bytes_) / seconds.count());
  fmt::print(stderr, "\r\x1b[K{} {} {}  {}/s", title_, BarText(done_bytes_, total_bytes_),
             HumanBytes(done_bytes_), HumanBytes(rate));
}

std::string HumanBytes(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024; ++unit) amount /= 1024;
  return fmt::format("{:.1f} {}", amount, kUnits.at(unit));
}

std::string BarText(std::uint64_t done_bytes, std::uint64_t total_bytes) {
  if (total_bytes == 0) return "";
  const double share =
      std::min(1.0, static_cast<double>(done_bytes) / static_cast<double>(total_bytes));
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  const std::string tip = filled < kBarWidth ? ">" : "";
  return fmt::format("[{}{}{}] {:3.0f} %", std::string(filled, '='), tip,
                     std::string(kBarWidth - filled - tip.size(), ' '), share * 100);
}

}  // namespace yundisk::cli
