#include "tests/fault/powercut/storaged_process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace yundisk::powercut {
namespace {

constexpr std::chrono::seconds kStartTimeout{30};
constexpr std::chrono::milliseconds kStartPause{10};
constexpr client::Timeouts kTimeouts{std::chrono::milliseconds(1000),
                                     std::chrono::milliseconds(20'000)};

[[noreturn]] void Become(const StoragedOptions& options) {
  if (!options.preload.empty()) {
    ::setenv("LD_PRELOAD", options.preload.c_str(), 1);
    ::setenv("NO_SYNC_PROGRAM", "storaged", 1);
  }
  ::execl(options.program.c_str(), options.program.c_str(), "--config", options.config.c_str(),
          nullptr);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<client::Connection>> Connect(const std::string& address) {
  return client::Connection::Open(address, wire::Service::kStorage, std::nullopt, kTimeouts);
}

Result<StoragedProcess> StoragedProcess::Start(const StoragedOptions& options) {
  const pid_t pid = ::fork();
  if (pid < 0) return Error::FromErrno(errno, "forking");
  if (pid == 0) Become(options);
  StoragedProcess process(pid);
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (Connect(options.address)) return process;
    if (::waitpid(pid, nullptr, WNOHANG) == pid) {
      process.pid_ = 0;
      return Error(Code::kInternal, "storaged ended while starting");
    }
    std::this_thread::sleep_for(kStartPause);
  }
  return Error(Code::kTimeout, "storaged does not answer");
}

StoragedProcess::StoragedProcess(StoragedProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)) {}

StoragedProcess::~StoragedProcess() { Kill(); }

void StoragedProcess::Kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace yundisk::powercut
