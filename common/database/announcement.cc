#include "common/database/announcement.h"

#include <string_view>
#include <utility>

#include "common/base/log.h"

namespace yundisk::db {

Announcement::Announcement(Pool& pool, AnnouncedService service)
    : pool_(&pool),
      service_(std::move(service)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Announcement::Run(const std::stop_token& stop) {
  bool in_trouble = false;
  while (!stop.stop_requested()) {
    const Result<void> written = Write();
    if (!written && !in_trouble)
      LogWarning("announcing {} {}: {}", service_.name, service_.address,
                 written.error().message());
    in_trouble = !written;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, written ? kInterval : kRetry, [] { return false; });
  }
}

Result<void> Announcement::Write() {
  TRY(const Pool::Lease session, pool_->Acquire());
  TRY_VOID(session->Execute(
      "INSERT INTO services (number, address, name, announced_at) "
      "VALUES (?, ?, ?, UNIX_TIMESTAMP()) ON DUPLICATE KEY UPDATE announced_at = UNIX_TIMESTAMP()",
      {std::uint64_t{service_.number}, std::string_view(service_.address),
       std::string_view(service_.name)}));
  return {};
}

}  // namespace yundisk::db
