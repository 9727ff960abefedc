// What operators ask of a storage about its own copies (commands 77 and 78).
#pragma once

#include <cstdint>
#include <string_view>

#include "common/protocol/messages.h"

namespace yundisk::wire {

namespace CopyState {
inline constexpr std::uint8_t kMissing = 0;
inline constexpr std::uint8_t kHealthy = 1;
inline constexpr std::uint8_t kDamaged = 2;
inline constexpr std::uint8_t kDeleted = 3;
}  // namespace CopyState

// What the storage itself has under a key. Numbers and digest are 0 when it has nothing.
struct CopyTold {
  static constexpr std::string_view kName = "copy told";
  std::uint8_t found = CopyState::kMissing;  // before it was mended
  std::uint8_t state = CopyState::kMissing;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::uint64_t verified_at_s = 0;  // when the content was last found intact
  static constexpr auto kFields =
      Fields(Field{"found", &CopyTold::found}, Field{"state", &CopyTold::state},
             Field{"size", &CopyTold::size_bytes}, Field{"sha256", &CopyTold::sha256},
             Field{"verified_at", &CopyTold::verified_at_s});
  bool operator==(const CopyTold&) const = default;
};

enum class CopyAction : std::uint8_t {
  kTell = 0,    // what is known
  kReread = 1,  // reads all of it first
  kRepair = 2,  // and brings it from another member where it is missing or damaged
};

struct CopyOf {
  static constexpr std::string_view kName = "copy";
  static constexpr Command kCommand = Command::kCopy;
  using Reply = CopyTold;
  std::uint8_t action = 0;  // a CopyAction
  ObjectKey key;
  static constexpr auto kFields =
      Fields(Field{"action", &CopyOf::action}, Field{"key", &CopyOf::key});
  bool operator==(const CopyOf&) const = default;
};

namespace RepairState {
inline constexpr std::uint8_t kNever = 0;  // not since the storage started
inline constexpr std::uint8_t kRuns = 1;
inline constexpr std::uint8_t kDone = 2;
inline constexpr std::uint8_t kEnded = 3;  // by an operator, or because it failed
}  // namespace RepairState

// How far a repair of everything that the storage holds has come.
struct RepairTold {
  static constexpr std::string_view kName = "repair told";
  std::uint8_t state = RepairState::kNever;
  std::uint64_t number = 0;  // of this repair; another one has another
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  std::uint64_t objects_read = 0;  // of them
  std::uint64_t bytes_read = 0;
  std::uint64_t damaged = 0;  // objects found damaged
  std::uint64_t brought = 0;  // from other members: what was damaged or missing
  std::uint64_t left = 0;     // objects that could not be brought, or not be read
  // Members that were out of reach: what they have and the storage lacks was not looked for.
  std::uint32_t members_unread = 0;
  static constexpr auto kFields =
      Fields(Field{"state", &RepairTold::state}, Field{"number", &RepairTold::number},
             Field{"objects", &RepairTold::objects}, Field{"bytes", &RepairTold::bytes},
             Field{"objects_read", &RepairTold::objects_read},
             Field{"bytes_read", &RepairTold::bytes_read}, Field{"damaged", &RepairTold::damaged},
             Field{"brought", &RepairTold::brought}, Field{"left", &RepairTold::left},
             Field{"members_unread", &RepairTold::members_unread});
  bool operator==(const RepairTold&) const = default;
};

enum class RepairAction : std::uint8_t {
  kTell = 0,
  kBegin = 1,  // where none runs
  kEnd = 2,
};

// Everything the storage holds is read, and what it lacks or holds damaged is brought from other
// members. Goes on by itself once it has begun.
struct Repair {
  static constexpr std::string_view kName = "repair";
  static constexpr Command kCommand = Command::kRepair;
  using Reply = RepairTold;
  std::uint8_t action = 0;  // a RepairAction
  static constexpr auto kFields = Fields(Field{"action", &Repair::action});
  bool operator==(const Repair&) const = default;
};

}  // namespace yundisk::wire
