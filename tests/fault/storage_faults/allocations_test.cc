// Every request for memory that the storage makes in the scenario fails once, in a process of its
// own: that process ends with a message, and in no other way. What is on the disk then is what a
// kill at that moment leaves, which the simulation covers.
//
// This program has an operator new of its own, which can be told to fail.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <new>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/base/out_of_memory.h"
#include "tests/fault/storage_faults/scenario.h"

namespace {

// Of requests that may still succeed; not counting while negative.
long requests_left = -1;

}  // namespace

void* operator new(std::size_t size) {
  if (requests_left > 0) --requests_left;
  void* const memory = requests_left == 0 ? nullptr : std::malloc(size);
  if (memory != nullptr) return memory;
  // As the standard wants it: a handler ends the process or makes room.
  const std::new_handler handler = std::get_new_handler();
  if (handler == nullptr) throw std::bad_alloc();
  handler();
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace yundisk::faults {
namespace {

// Each failure is a process; a sanitised one takes long to fork.
#ifdef __SANITIZE_ADDRESS__
constexpr long kMaxFailures = 200;
#else
constexpr long kMaxFailures = 10'000;
#endif

struct Outcome {
  bool ended_in_order = false;
  int signal_number = 0;
  std::string message;
};

void PlayScenario() {
  const std::string violation = Scenario({}, Ending::kKill, 1).Play();
  if (!violation.empty()) std::_Exit(3);
}

Outcome PlayWith(long requests) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDERR_FILENO);
    EndWhenOutOfMemory();
    requests_left = requests;
    PlayScenario();
    std::_Exit(0);
  }
  ::close(pipe[1]);
  Outcome outcome;
  std::array<char, 4096> text;
  for (ssize_t got = 0; (got = ::read(pipe[0], text.data(), text.size())) > 0;)
    outcome.message.append(text.data(), static_cast<std::size_t>(got));
  ::close(pipe[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  outcome.ended_in_order = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (WIFSIGNALED(status)) outcome.signal_number = WTERMSIG(status);
  return outcome;
}

TEST(AllocationsTest, AFailedOneEndsTheProcessWithAMessage) {
  constexpr long kEnough = 100'000'000;
  PlayScenario();  // what is made once a process is made now
  requests_left = kEnough;
  PlayScenario();
  const long requests = kEnough - requests_left;
  requests_left = -1;
  ASSERT_GT(requests, 1000);
  const long step = requests / kMaxFailures + 1;
  long failures = 0;
  for (long number = 1 + static_cast<long>(::getpid()) % step; number < requests; number += step) {
    const Outcome outcome = PlayWith(number);
    ASSERT_EQ(outcome.signal_number, SIGABRT) << "request " << number << ": " << outcome.message;
    ASSERT_NE(outcome.message.find("out of memory"), std::string::npos) << "request " << number;
    ++failures;
  }
  EXPECT_TRUE(PlayWith(kEnough).ended_in_order);
  fmt::print("{} of {} requests for memory failed, one at a time\n", failures, requests);
}

}  // namespace
}  // namespace yundisk::faults
