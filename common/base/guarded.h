// Guarded<T>: a mutex and the data it protects, together: the data can only be reached while the
// lock is held.
//
//   Guarded<std::vector<Waiter>> waiters;
//   waiters.Lock()->push_back(w);               // locked for the statement
//   auto locked = waiters.Lock(); ...           // locked for the scope
#pragma once

#include <mutex>
#include <utility>

namespace yundisk {

template <typename T>
class Guarded {
 public:
  class Access {
   public:
    T* operator->() const { return data_; }
    T& operator*() const { return *data_; }
    // For condition variables.
    std::unique_lock<std::mutex>& lock() { return lock_; }

   private:
    friend class Guarded;
    Access(std::mutex& mutex, T& data) : lock_(mutex), data_(&data) {}
    std::unique_lock<std::mutex> lock_;
    T* data_;
  };

  Guarded() = default;
  explicit Guarded(T data) : data_(std::move(data)) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  Access Lock() { return Access(mutex_, data_); }

 private:
  std::mutex mutex_;
  T data_;
};

}  // namespace yundisk
