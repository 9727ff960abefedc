#include "storage_core/storage/hidden_keys.h"

#include <algorithm>

#include "storage_core/storage/object.h"

namespace yundisk::storage {
namespace {

// An upload takes a few of the first. Waiters look again by themselves: there are rarely any; who
// waits for long looks less often.
constexpr std::chrono::milliseconds kLookAgain{2};
constexpr std::chrono::milliseconds kLookRarely{64};

}  // namespace

bool HiddenKeys::Hide(const std::string& key, const Uploading& by) {
  const auto keys = keys_.Lock();
  const auto [row, added] = keys->try_emplace(key, Row{by});
  size_ = keys->size();
  return added || row->second.by == by;
}

Task<void> HiddenKeys::HideSoon(std::string key, Uploading by, std::chrono::milliseconds at_most) {
  const SteadyTime until = clock_->Steady() + at_most;
  std::chrono::milliseconds pause = kLookAgain;
  while (!Hide(key, by)) {
    if (clock_->Steady() >= until)
      co_return Error::Make(Code::kUnavailable, "uploading {}: another upload of it is under way",
                            Shown(key));
    co_await timer_->Sleep(pause);
    pause = std::min(pause * 2, kLookRarely);
  }
  co_return Result<void>();
}

void HiddenKeys::Show(const std::string& key, const Uploading& by) {
  const auto keys = keys_.Lock();
  const auto row = keys->find(key);
  if (row != keys->end() && row->second.by == by) keys->erase(row);
  size_ = keys->size();
}

void HiddenKeys::ShowLater(const std::string& key, const Uploading& by,
                           std::chrono::milliseconds after) {
  const auto keys = keys_.Lock();
  const auto row = keys->find(key);
  if (row != keys->end() && row->second.by == by) row->second.until = clock_->Steady() + after;
}

Task<void> HiddenKeys::Await(std::string key, std::chrono::milliseconds at_most) {
  const SteadyTime until = clock_->Steady() + at_most;
  std::chrono::milliseconds pause = kLookAgain;
  while (Hides(key)) {
    if (clock_->Steady() >= until)
      co_return Error::Make(Code::kUnavailable, "looking for {}: its upload is under way",
                            Shown(key));
    co_await timer_->Sleep(pause);
    pause = std::min(pause * 2, kLookRarely);
  }
  co_return Result<void>();
}

bool HiddenKeys::Hides(const std::string& key) const {
  return size_ != 0 && keys_.Lock()->contains(key);
}

}  // namespace yundisk::storage
