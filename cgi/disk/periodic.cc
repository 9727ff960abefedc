#include "cgi/disk/periodic.h"

#include <utility>

namespace yundisk::disk {

Periodic::Periodic(std::chrono::seconds interval, std::function<void()> work)
    : interval_(interval), work_(std::move(work)) {
  thread_ = std::thread([this] { Run(); });
}

Periodic::~Periodic() {
  *stopping_.Lock() = true;
  stop_.notify_one();
  thread_.join();
}

void Periodic::Run() {
  for (;;) {
    work_();
    auto stopping = stopping_.Lock();
    if (stop_.wait_for(stopping.lock(), interval_, [&] { return *stopping; })) return;
  }
}

}  // namespace yundisk::disk
