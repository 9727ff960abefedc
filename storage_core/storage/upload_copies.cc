#include "storage_core/storage/upload_copies.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

constexpr std::chrono::milliseconds kTryAgain{100};
constexpr std::chrono::milliseconds kLookAgain{20};

// The group has decided: nobody may store it.
bool IsRefusal(Code code) { return code == Code::kExists || code == Code::kDeleted; }
// Trying again would change nothing.
bool IsLastWord(Code code) { return IsRefusal(code) || code == Code::kNoSpace; }

}  // namespace

UploadCopies::UploadCopies(Group& group, const ObjectKey& key, std::uint64_t size_bytes,
                           CopyPlan plan)
    : group_(group),
      key_(key),
      size_bytes_(size_bytes),
      plan_(std::move(plan)),
      number_(group.NextUpload()) {
  for (const Target& target : plan_.targets) copies_.push_back({target});
}

UploadCopies::~UploadCopies() {
  if (hidden_) group_.hidden().Show(key_.text(), group_.UploadingHere(number_));
}

Task<void> UploadCopies::OnPiece(ByteView piece) {
  if (!begun_) co_await Begin();
  for (Copy& copy : copies_) co_await Send(copy, piece);
  co_return Result<void>();
}

boost::asio::awaitable<void> UploadCopies::Begin() {
  begun_ = true;
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  connections_ = &group_.connections(executor);
  for (Copy& copy : copies_) {
    auto lease = co_await connections_->Get(copy.target);
    if (!lease) {
      Fail(copy, lease.error());
      continue;
    }
    copy.lease = *std::move(lease);
    copy.stage = Stage::kSending;
    copy.told = true;
    copy.lease->caller().Begin(
        wire::Store{group_.self(), number_, OnWire(key_), size_bytes_ + wire::kStoreTrailerBytes});
  }
}

boost::asio::awaitable<void> UploadCopies::Send(Copy& copy, ByteView bytes) {
  if (copy.stage != Stage::kSending) co_return;
  const Result<void> sent = co_await copy.lease->caller().SendContent(bytes);
  if (!sent) Fail(copy, sent.error());
}

Task<void> UploadCopies::BeforeCommit(const Digest& digest, RereadContent& again) {
  if (!begun_) co_await Begin();
  trailer_ = digest.sha256;
  CO_TRY_VOID(co_await AgreeWithFirst(again));
  const Uploading mine = group_.UploadingHere(number_);
  CO_TRY_VOID(co_await group_.hidden().HideSoon(key_.text(), mine, group_.options().copy_wait));
  hidden_ = true;
  // While the key is hidden nobody else changes it: what our engine would refuse, those behind us
  // must not store.
  CO_TRY_VOID(co_await group_.Agree(key_, trailer_));
  for (Copy& copy : copies_) co_await Seal(copy);
  co_return Result<void>();
}

// The first member by name decides, when it is another one. Where members may be missing, the next
// one decides in its place.
Task<void> UploadCopies::AgreeWithFirst(RereadContent& again) {
  for (std::size_t i = 0; i < plan_.before_self; ++i) {
    Copy& copy = copies_[i];
    const SteadyTime until = group_.clock().Steady() + group_.options().copy_wait;
    co_await Seal(copy);
    co_await Finish(copy);
    if (copy.refusal && (plan_.all || IsRefusal(copy.refusal->code()))) co_return *copy.refusal;
    if (copy.stage != Stage::kStored && plan_.all) {
      CO_TRY_VOID(co_await InsistOn(copy, again, until));
    }
    if (copy.stage == Stage::kStored) break;
  }
  co_return Result<void>();
}

Task<void> UploadCopies::InsistOn(Copy& copy, RereadContent& again, SteadyTime until) {
  do {
    co_await group_.timer().Sleep(kTryAgain);
    const std::optional<Target> now = group_.peers().Find(copy.target.member.name);
    if (!now) break;
    const Result<void> sent = co_await SendAgain(copy, *now, &again);
    if (sent || copy.refusal) co_return sent;
  } while (group_.clock().Steady() < until);
  co_return Error::Make(Code::kTooFewReplicas, "uploading {}: {} does not answer",
                        Shown(key_.text()), copy.target.member.name);
}

// From `again`, or, where there is none, our own copy.
Task<void> UploadCopies::SendAgain(Copy& copy, const Target& now, RereadContent* again) {
  const Result<bool> there = co_await group_.HasCopy(*connections_, now, key_, trailer_);
  Result<void> sent;
  if (!there) {
    sent = there.error();
  } else if (!*there && again == nullptr) {
    copy.told = true;
    sent = co_await group_.Push(*connections_, now, key_, number_);
  } else if (!*there) {
    copy.told = true;
    copy.sealed = true;
    const wire::Store head{group_.self(), number_, OnWire(key_),
                           again->size_bytes() + wire::kStoreTrailerBytes};
    const auto content = again->FromStart();
    sent = co_await group_.SendCopy(*connections_, now, head, *content, trailer_);
  }
  if (sent) copy.stage = Stage::kStored;
  if (!sent && IsLastWord(sent.error().code())) copy.refusal = sent.error();
  co_return sent;
}

boost::asio::awaitable<void> UploadCopies::Seal(Copy& copy) {
  if (copy.stage == Stage::kSending) copy.sealed = true;
  co_await Send(copy, trailer_);
  if (copy.stage != Stage::kSending) co_return;
  const Result<void> sent = co_await copy.lease->caller().Flush();
  copy.stage = Stage::kSealed;
  if (!sent) Fail(copy, sent.error());
}

boost::asio::awaitable<void> UploadCopies::Finish(Copy& copy) {
  if (copy.stage != Stage::kSealed) co_return;
  const std::chrono::milliseconds patience = group_.PatienceFor(size_bytes_);
  const Result<wire::Empty> answer = co_await copy.lease->caller().Finish<wire::Store>(patience);
  copy.lease.reset();
  copy.stage = Stage::kStored;
  if (!answer) Fail(copy, answer.error());
}

Task<void> UploadCopies::Settle(Result<void> stored) {
  Result<void> outcome = stored;
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  connections_ = &group_.connections(executor);
  const SteadyTime until = group_.clock().Steady() + group_.options().copy_wait;
  bool elsewhere = false;
  for (Copy& copy : copies_) {
    co_await Finish(copy);
    // What was sealed and not refused is stored, or its answer may have been lost.
    elsewhere = elsewhere || copy.stage == Stage::kStored || (copy.sealed && !copy.refusal);
    if (outcome && copy.refusal && IsRefusal(copy.refusal->code())) outcome = *copy.refusal;
  }
  if (!stored && elsewhere) {
    // Before this storage says anything of the key again it has to know.
    group_.WantSoon(key_.text());
    outcome = Error::Make(Code::kTooFewReplicas, "uploading {}: not stored here; {}",
                          Shown(key_.text()), stored.error().message());
  }
  if (outcome) {
    co_await MakeAgain(until);
    if (Count() < plan_.required) outcome = TooFew();
  }
  if (outcome) co_await LeaveTheRest();
  // Also to those that did not answer: they may have stored it.
  for (const Copy& copy : copies_)
    if (copy.told)
      group_.releases().Add(copy.target, {number_, Compact(key_)}, *connections_, executor);
  co_return outcome;
}

boost::asio::awaitable<void> UploadCopies::MakeAgain(SteadyTime until) {
  while (Count() < plan_.required) {
    for (Copy& copy : copies_) {
      if (copy.stage == Stage::kStored || copy.refusal || Count() >= plan_.required) continue;
      const std::optional<Target> now = group_.peers().Find(copy.target.member.name);
      if (now) static_cast<void>(co_await SendAgain(copy, *now, nullptr));
    }
    if (Count() >= plan_.required || Hopeless() || group_.clock().Steady() >= until) co_return;
    co_await group_.timer().Sleep(kTryAgain);
  }
}

bool UploadCopies::Hopeless() const {
  const auto may_count = [](const Copy& copy) {
    return !copy.refusal && !copy.target.member.draining;
  };
  return static_cast<std::size_t>(std::ranges::count_if(copies_, may_count)) +
             (plan_.self_counts ? 1 : 0) <
         plan_.required;
}

Error UploadCopies::TooFew() const {
  const auto refused =
      std::ranges::find_if(copies_, [](const Copy& copy) { return copy.refusal.has_value(); });
  if (refused != copies_.end()) return *refused->refusal;
  return Error::Make(Code::kTooFewReplicas,
                     "uploading {}: {} copies of {} could be made; it may or may not exist",
                     Shown(key_.text()), Count(), plan_.required);
}

std::size_t UploadCopies::Count() const {
  const auto counts = [](const Copy& copy) {
    return copy.stage == Stage::kStored && !copy.target.member.draining;
  };
  return static_cast<std::size_t>(std::ranges::count_if(copies_, counts)) +
         (plan_.self_counts ? 1 : 0);
}

boost::asio::awaitable<void> UploadCopies::LeaveTheRest() {
  std::vector<std::string> behind = plan_.out_of_reach;
  for (const Copy& copy : copies_)
    if (copy.stage != Stage::kStored) behind.push_back(copy.target.member.name);
  if (behind.empty()) co_return;
  const ChangePosition end = group_.engine().end_of_changes();
  for (const std::string& name : behind) group_.peers().Leave(name, end);
  for (const std::string& name : behind)
    while (!group_.peers().Left(name)) co_await group_.timer().Sleep(kLookAgain);
}

void UploadCopies::Fail(Copy& copy, const Error& error) {
  copy.stage = Stage::kFailed;
  copy.lease.reset();
  if (IsLastWord(error.code())) copy.refusal = error;
  LogWarning("copying {} to {}: {}", Shown(key_.text()), copy.target.member.name, error.message());
}

}  // namespace yundisk::storage
