// A bar on a terminal for transfers that take a while. Draws at most ten times a second, and
// nothing at all when standard error is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace yundisk::cli {

// One thread.
class ProgressBar {
 public:
  // `total_bytes` 0: unknown.
  ProgressBar(std::string title, std::uint64_t total_bytes);
  ~ProgressBar();  // clears the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Add(std::uint64_t bytes);

 private:
  void Draw(std::chrono::steady_clock::time_point now);

  std::string title_;
  std::uint64_t total_bytes_;
  std::uint64_t done_bytes_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point next_draw_;
  bool is_terminal_;
};

// "12.3 MiB".
std::string HumanBytes(std::uint64_t bytes);
// "[=====>    ]  52 %", or without the total only the bytes.
std::string BarText(std::uint64_t done_bytes, std::uint64_t total_bytes);

}  // namespace yundisk::cli
