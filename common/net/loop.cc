#include "common/net/loop.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "common/base/log.h"

namespace yundisk::net {
namespace {

constexpr int kOneThread = 1;  // a hint that spares the loop's own wake-ups

void LogEscaped(const std::exception_ptr& escaped) {
  if (!escaped) return;
  try {
    std::rethrow_exception(escaped);
  } catch (const std::exception& error) {
    LogError("a coroutine ended by an exception: {}", error.what());
  }
}

}  // namespace

Loop::Loop(const std::string& name)
    : context_(kOneThread), work_(boost::asio::make_work_guard(context_)), sweep_(context_) {
  WatchDeadlines();
  thread_ = std::thread([this, name] {
    pthread_setname_np(pthread_self(), name.c_str());
    context_.run();
  });
}

Loop::~Loop() { Stop(); }

void Loop::Stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void Loop::WatchDeadlines() {
  sweep_.expires_after(Watchdog::kInterval);
  sweep_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    watchdog_.Sweep(std::chrono::steady_clock::now());
    WatchDeadlines();
  });
}

void Loop::Post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void Loop::Spawn(Task<void> task) { boost::asio::co_spawn(context_, std::move(task), LogEscaped); }

LoopPool::LoopPool(std::size_t count) {
  if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < count; ++i)
    loops_.push_back(std::make_unique<Loop>(fmt::format("loop-{}", i)));
}

void LoopPool::Stop() {
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace yundisk::net
