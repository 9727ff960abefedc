// What the members of a group say to each other, on the storage's port (commands 80 to 85).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/protocol/messages.h"

namespace yundisk::wire {

inline constexpr std::size_t kMaxChangesBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxReleaseBytes = std::size_t{96} << 10U;
// Follow the content of `store`: its SHA-256.
inline constexpr std::size_t kStoreTrailerBytes = 32;

// An object's key, as long as it is.
struct CompactKey {
  static constexpr std::string_view kName = "compact object";
  CountedText<16> application;
  CountedText<256> user;
  CountedText<128> file_id;
  static constexpr auto kFields =
      Fields(Field{"application", &CompactKey::application}, Field{"user", &CompactKey::user},
             Field{"file_id", &CompactKey::file_id});
  bool operator==(const CompactKey&) const = default;
};

// How far a log was read (storage_core/storage/engine.h, ChangePosition).
struct LogPosition {
  static constexpr std::string_view kName = "log position";
  std::uint64_t volume = 0;
  std::uint64_t offset = 0;
  static constexpr auto kFields =
      Fields(Field{"volume", &LogPosition::volume}, Field{"offset", &LogPosition::offset});
  bool operator==(const LogPosition&) const = default;
};

using LogName = std::array<std::byte, 16>;

// Who speaks. A process that starts anew has another incarnation.
struct PeerName {
  static constexpr std::string_view kName = "peer";
  TextZ<128> host_name;
  std::uint64_t incarnation = 0;
  static constexpr auto kFields = Fields(Field{"host_name", &PeerName::host_name},
                                         Field{"incarnation", &PeerName::incarnation});
  bool operator==(const PeerName&) const = default;
};

struct ChangeRow {
  static constexpr std::string_view kName = "change";
  CompactKey key;
  std::uint8_t deleted = 0;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  static constexpr auto kFields =
      Fields(Field{"key", &ChangeRow::key}, Field{"deleted", &ChangeRow::deleted},
             Field{"size", &ChangeRow::size_bytes}, Field{"sha256", &ChangeRow::sha256});
  bool operator==(const ChangeRow&) const = default;
};

struct ChangesRead {
  static constexpr std::string_view kName = "changes read";
  LogName log{};
  std::uint64_t incarnation = 0;
  std::uint8_t in_step = 0;  // 1: the asker lacks nothing that was acknowledged here
  LogPosition next;
  LogPosition end;
  // Behind `next` there are at most so many changes, and the newest one told is so old then.
  std::uint64_t left = 0;
  std::uint32_t left_seconds = 0;
  TailList<ChangeRow, kMaxChangesBytes> rows;
  static constexpr auto kFields =
      Fields(Field{"log", &ChangesRead::log}, Field{"incarnation", &ChangesRead::incarnation},
             Field{"in_step", &ChangesRead::in_step}, Field{"next", &ChangesRead::next},
             Field{"end", &ChangesRead::end}, Field{"left", &ChangesRead::left},
             Field{"left_seconds", &ChangesRead::left_seconds}, Field{"rows", &ChangesRead::rows});
  bool operator==(const ChangesRead&) const = default;
};

// Asked often, also when nothing is expected: it is the sign of life between members.
struct Changes {
  static constexpr std::string_view kName = "changes";
  static constexpr Command kCommand = Command::kChanges;
  using Reply = ChangesRead;
  PeerName sender;
  LogName log{};  // that `after` belongs to; another one than the storage's: from the beginning
  LogPosition after;
  std::uint32_t count = 0;
  static constexpr auto kFields =
      Fields(Field{"sender", &Changes::sender}, Field{"log", &Changes::log},
             Field{"after", &Changes::after}, Field{"count", &Changes::count});
  bool operator==(const Changes&) const = default;
};

// A copy of an upload. It stays hidden until it is released. `size_bytes` counts the content and
// the trailer behind it, without which nothing is stored.
struct Store {
  static constexpr std::string_view kName = "store";
  static constexpr Command kCommand = Command::kStore;
  static constexpr bool kContentFollows = true;
  using Reply = Empty;
  PeerName sender;
  std::uint64_t upload = 0;  // numbers the sender's uploads
  ObjectKey key;
  std::uint64_t size_bytes = 0;
  static constexpr auto kFields =
      Fields(Field{"sender", &Store::sender}, Field{"upload", &Store::upload},
             Field{"key", &Store::key}, Field{"size", &Store::size_bytes});
  bool operator==(const Store&) const = default;
};

// A copy that the sender's upload of that number left (store).
struct Released {
  static constexpr std::string_view kName = "released";
  std::uint64_t upload = 0;
  CompactKey key;
  static constexpr auto kFields =
      Fields(Field{"upload", &Released::upload}, Field{"key", &Released::key});
  bool operator==(const Released&) const = default;
};

// The copies become visible, unless another upload hides them.
struct Release {
  static constexpr std::string_view kName = "release";
  static constexpr Command kCommand = Command::kRelease;
  using Reply = Empty;
  PeerName sender;
  TailList<Released, kMaxReleaseBytes> copies;
  static constexpr auto kFields =
      Fields(Field{"sender", &Release::sender}, Field{"copies", &Release::copies});
  bool operator==(const Release&) const = default;
};

// The key is deleted for ever, known or not.
struct Bury {
  static constexpr std::string_view kName = "bury";
  static constexpr Command kCommand = Command::kBury;
  using Reply = Empty;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &Bury::key});
  bool operator==(const Bury&) const = default;
};

// As download, but of what the storage itself has, hidden or not.
struct Fetch {
  static constexpr std::string_view kName = "fetch";
  static constexpr Command kCommand = Command::kFetch;
  using Reply = Content;
  ObjectKey key;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;  // 0: to the end
  static constexpr auto kFields = Fields(Field{"key", &Fetch::key}, Field{"offset", &Fetch::offset},
                                         Field{"size", &Fetch::size_bytes});
  bool operator==(const Fetch&) const = default;
};

namespace KeyState {
inline constexpr std::uint8_t kUnknown = 0;
inline constexpr std::uint8_t kThere = 1;
inline constexpr std::uint8_t kDeleted = 2;
}  // namespace KeyState

struct LookedUp {
  static constexpr std::string_view kName = "looked up";
  std::uint8_t state = KeyState::kUnknown;
  Sha256 sha256{};  // of what is there
  static constexpr auto kFields =
      Fields(Field{"state", &LookedUp::state}, Field{"sha256", &LookedUp::sha256});
  bool operator==(const LookedUp&) const = default;
};

// What the storage itself has under the key, hidden or not.
struct LookUp {
  static constexpr std::string_view kName = "look up";
  static constexpr Command kCommand = Command::kLookUp;
  using Reply = LookedUp;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &LookUp::key});
  bool operator==(const LookUp&) const = default;
};

}  // namespace yundisk::wire
