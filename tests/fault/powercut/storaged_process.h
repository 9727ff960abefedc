// A storaged as a child process, on the disk whose power will be cut.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "common/base/result.h"
#include "storage_core/client/connection.h"

namespace yundisk::powercut {

struct StoragedOptions {
  std::string program;
  std::string config;
  std::string address;
  std::string preload;  // a library that makes syncs lie; empty: none
};

class StoragedProcess {
 public:
  // Returns when it answers.
  static Result<StoragedProcess> Start(const StoragedOptions& options);
  ~StoragedProcess();
  StoragedProcess(StoragedProcess&& other) noexcept;
  StoragedProcess& operator=(StoragedProcess&&) = delete;

  void Kill();

 private:
  explicit StoragedProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_;  // 0: ended
};

Result<std::unique_ptr<client::Connection>> Connect(const std::string& address);

}  // namespace yundisk::powercut
