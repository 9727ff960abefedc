#include "tests/simulation/isolated.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"

namespace yundisk::simulation {
namespace {

// What the child tells, a line each, written at once: what it said before it died counts.
constexpr char kViolation = 'v';
constexpr char kOperation = 'o';
constexpr char kTrace = 't';

void Tell(int pipe, char kind, std::string_view text) {
  const std::string line = fmt::format("{}{}\n", kind, text);
  CHECK(::write(pipe, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

[[noreturn]] void PlayAndTell(int pipe, PlayWorld play, std::uint64_t seed,
                              const std::set<OperationId>& left_out, bool trace) {
  WorldOptions options;
  options.seed = seed;
  options.left_out = left_out;
  options.on_operation = [pipe](OperationId id) {
    Tell(pipe, kOperation, fmt::format("{} {} {}", id.life, id.actor, id.number));
  };
  if (trace) options.on_trace_line = [pipe](const std::string& line) { Tell(pipe, kTrace, line); };
  SilenceStandardError();  // a failed CHECK is told by how the process ends
  const WorldReport report = play(options);
  if (!report.violation.empty()) Tell(pipe, kViolation, report.violation);
  ::_exit(0);
}

void Take(const std::string& line, IsolatedReport& report) {
  const char* const text = line.c_str() + 1;
  OperationId id;
  switch (line.front()) {
    case kViolation: report.violation = text; break;
    case kTrace: report.trace.emplace_back(text); break;
    case kOperation:
      CHECK(std::sscanf(text, "%u %u %u", &id.life, &id.actor, &id.number) == 3);
      report.played.push_back(id);
      break;
    default: CHECK(false);
  }
}

void TakeAll(int pipe, IsolatedReport& report) {
  std::string rest;
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(pipe, buffer.data(), buffer.size())) > 0;) {
    rest.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t start = 0;
    for (std::size_t end = 0; (end = rest.find('\n', start)) != std::string::npos; start = end + 1)
      if (end > start) Take(rest.substr(start, end - start), report);
    rest.erase(0, start);
  }
}

}  // namespace

void SilenceStandardError() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

IsolatedReport PlayIsolated(PlayWorld play, std::uint64_t seed,
                            const std::set<OperationId>& left_out, bool trace) {
  std::array<int, 2> pipe{};
  CHECK(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) PlayAndTell(pipe[1], play, seed, left_out, trace);
  ::close(pipe[1]);
  IsolatedReport report;
  TakeAll(pipe[0], report);
  ::close(pipe[0]);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status) && report.violation.empty())
    report.violation = fmt::format("the process ended: {}", ::strsignal(WTERMSIG(status)));
  return report;
}

}  // namespace yundisk::simulation
