// Announcement: keeps the row of this process in the table `services` fresh while it lives, so that
// whoever asks a tracker for services is told of it. An operator who sets `enabled` to false takes
// it out all the same.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::db {

struct AnnouncedService {
  std::uint32_t number = 0;  // which service
  std::string name;
  std::string address;  // "host:port", as others reach it
};

// Has a thread of its own.
class Announcement {
 public:
  static constexpr std::chrono::seconds kInterval{60};
  static constexpr std::chrono::seconds kRetry{2};  // while the database is away
  // A row that is older is not told any more.
  static constexpr std::chrono::seconds kLife{3600};

  // The pool is borrowed.
  Announcement(Pool& pool, AnnouncedService service);
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;

 private:
  void Run(const std::stop_token& stop);
  Result<void> Write();

  Pool* pool_;
  const AnnouncedService service_;
  std::mutex mutex_;
  std::condition_variable_any woken_;  // by the stop alone
  std::jthread thread_;                // the last one: it uses the others
};

}  // namespace yundisk::db
