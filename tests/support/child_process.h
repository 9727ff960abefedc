// A server that a test runs: started, waited for, killed. It dies with the test program.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace yundisk::test {

class ChildProcess {
 public:
  // Runs `command` with its output in `log_file`. A failure to start is a CHECK.
  ChildProcess(const std::vector<std::string>& command, const std::string& log_file);
  ~ChildProcess() { Kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // SIGKILL, and waits for the end.
  void Kill();
  // Sends SIGTERM; the exit status, or 128 + the signal that ended it.
  int Terminate();
  // Waits for the end by itself; the exit status as above.
  int Wait();
  void Signal(int number) const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;  // -1 once ended
};

// Runs a command to its end; true when it exits with 0.
bool RunCommand(const std::vector<std::string>& command, const std::string& log_file);

// Polls every few milliseconds; false when the condition does not come true within 30 s.
bool WaitUntil(const std::function<bool()>& condition);

}  // namespace yundisk::test
