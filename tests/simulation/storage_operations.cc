// What the clients of a StorageWorld do, and what they expect of it.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "storage_core/storage/one_shot.h"
#include "tests/simulation/content.h"
#include "tests/simulation/storage_life.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;
using storage::ObjectKey;

std::optional<Code> FailureOf(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

}  // namespace

awaitable<void> StorageWorld::Operate(Life& life, std::uint32_t client, SeededRandom& dice) {
  const std::size_t key = PickKey(client, dice);
  switch (dice.Below(10)) {
    case 0:
    case 1:
    case 2: co_await Upload(life, key, dice); break;
    case 3: co_await Adopt(life, key); break;
    case 4: co_await BreakOff(life, key, dice); break;
    case 5: co_await Race(life, key); break;
    case 6:
    case 7: co_await Read(life, key); break;
    case 8: co_await ReadRange(life, key, dice); break;
    default: co_await Delete(life, key); break;
  }
}

awaitable<void> StorageWorld::Upload(Life& life, std::size_t key, SeededRandom& dice) {
  // Half of the uploads are retries of what may be there.
  const ContentId content =
      keys_[key].content() && dice.OneIn(2) ? *keys_[key].content() : NewContent();
  MemorySource source(ContentOf(content));
  const ObjectKey name = KeyOf(key);
  const Result<void> put = co_await life.engine->Put(name, SizeOf(content), source);
  TraceOutcome(fmt::format("upload of {} bytes", SizeOf(content)), key, put);
  if (!put && put.error().code() == Code::kNoSpace) Happened(Count::kFullDisks);
  if (life.files.dead())
    keys_[key].UploadCutOff(content);
  else
    Expect(key, keys_[key].Uploaded(content, FailureOf(put)));
}

awaitable<void> StorageWorld::BreakOff(Life& life, std::size_t key, SeededRandom& dice) {
  const ContentId content = NewContent();
  Bytes bytes = ContentOf(content);
  bytes.resize(dice.Below(bytes.size()));
  MemorySource source(std::move(bytes));
  const ObjectKey name = KeyOf(key);
  const Result<void> put = co_await life.engine->Put(name, SizeOf(content), source);
  TraceOutcome("upload that breaks off", key, put);
  if (put) Violation("an upload that broke off succeeded");
}

// Two uploads of one key at once: at most one content wins.
awaitable<void> StorageWorld::Race(Life& life, std::size_t key) {
  const std::array<ContentId, 2> contents{NewContent(), NewContent()};
  const ObjectKey name = KeyOf(key);
  storage::OneShot<Result<void>> second_done;
  const auto second = [](Life& in, const ObjectKey& put_key, ContentId content,
                         storage::OneShot<Result<void>>& done) -> awaitable<void> {
    MemorySource source(ContentOf(content));
    done.Set(co_await in.engine->Put(put_key, SizeOf(content), source));
  };
  boost::asio::co_spawn(life.scheduler.executor(), second(life, name, contents[1], second_done),
                        boost::asio::detached);
  MemorySource source(ContentOf(contents[0]));
  const Result<void> first = co_await life.engine->Put(name, SizeOf(contents[0]), source);
  const Result<void> other = co_await second_done.Wait();
  TraceOutcome("one of two uploads", key, first);
  TraceOutcome("the other", key, other);
  if (life.files.dead()) {
    for (const ContentId content : contents) keys_[key].UploadCutOff(content);
    co_return;
  }
  if (first && other) Violation("two uploads of one key both succeeded");
  // The winner first: the loser may have been refused because of it.
  const bool second_won = other.ok();
  Expect(key,
         keys_[key].Uploaded(contents[second_won ? 1 : 0], FailureOf(second_won ? other : first)));
  Expect(key,
         keys_[key].Uploaded(contents[second_won ? 0 : 1], FailureOf(second_won ? first : other)));
}

awaitable<void> StorageWorld::Adopt(Life& life, std::size_t key) {
  const ContentId content = NewContent();
  const std::string spool_name = fmt::format("{:08}", ++spooled_);
  const std::string path = fmt::format("{}/{}", kSpool, spool_name);
  const Bytes bytes = ContentOf(content);
  disk_.PutUnsyncedFile(path, bytes);
  const ObjectKey name = KeyOf(key);
  const auto adopted = co_await life.engine->Adopt(name, bytes.size(), spool_name);
  const Result<void> outcome = adopted ? Result<void>() : Result<void>(adopted.error());
  TraceOutcome(fmt::format("adoption of {} bytes", bytes.size()), key, outcome);
  if (life.files.dead()) {
    keys_[key].UploadCutOff(content);
    co_return;
  }
  Expect(key, keys_[key].Uploaded(content, FailureOf(outcome)));
  const bool put_back = disk_.Content(path) == bytes;
  if (adopted && put_back) Violation("an adopted file is still in the spool");
  if (!adopted && storage::NothingWritten(adopted.error()) && !put_back)
    Violation("a file that was not adopted is not in the spool any more");
}

awaitable<void> StorageWorld::Read(Life& life, std::size_t key) {
  const ObjectKey name = KeyOf(key);
  const Result<Bytes> read = co_await ReadAll(*life.engine, name, {});
  if (life.files.dead()) co_return;
  if (read) {
    const std::optional<ContentId> content = Recognise(*read);
    if (!content && IsRotten(key)) Violation(fmt::format("key {}: damage was served", key));
    Expect(key, keys_[key].Found(content));
  } else if (read.error().code() == Code::kNotFound) {
    Expect(key, keys_[key].NotFound());
  } else if (!IsRotten(key)) {
    Violation(fmt::format("key {}: reading failed: {}", key, read.error().message()));
  }
}

awaitable<void> StorageWorld::ReadRange(Life& life, std::size_t key, SeededRandom& dice) {
  if (!keys_[key].content() || IsRotten(key)) co_return;
  const Bytes whole = ContentOf(*keys_[key].content());
  const storage::ByteRange range{dice.Below(whole.size() + 2), dice.Below(whole.size() + 2)};
  const ObjectKey name = KeyOf(key);
  const Result<Bytes> read = co_await ReadAll(*life.engine, name, range);
  if (life.files.dead() || !keys_[key].content() || IsRotten(key)) co_return;
  if (!read && read.error().code() == Code::kNotFound) co_return;  // a cut-off delete took hold
  if (range.offset > whole.size()) {
    if (read || read.error().code() != Code::kOutOfRange) Violation("a range beyond the end");
    co_return;
  }
  const std::size_t left = whole.size() - range.offset;
  const std::size_t size = range.size_bytes == 0 ? left : std::min(left, range.size_bytes);
  if (!read || !std::ranges::equal(*read, ByteView(whole).subspan(range.offset, size)))
    Violation("a range of wrong bytes was read");
}

awaitable<void> StorageWorld::Delete(Life& life, std::size_t key) {
  const ObjectKey name = KeyOf(key);
  const Result<void> removed = co_await life.engine->Remove(name);
  TraceOutcome("delete", key, removed);
  if (life.files.dead())
    keys_[key].DeleteCutOff();
  else
    Expect(key, keys_[key].Deleted(FailureOf(removed)));
}

// A deleted key is of little use any more: mostly it gives way to a new one.
std::size_t StorageWorld::PickKey(std::uint32_t client, SeededRandom& dice) {
  std::size_t& key = in_use_[client * kKeysPerClient + dice.Below(kKeysPerClient)];
  if (keys_[key].deleted() && !dice.OneIn(4)) {
    key = keys_.size();
    keys_.emplace_back();
  }
  return key;
}

}  // namespace yundisk::simulation
