// How far this storage has read the logs of the other members, kept over restarts in two files
// below the data folder that are written in turn: a torn one leaves the other. Losing both, or
// using an old one, costs time and nothing else.
//
// Bound to one loop.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"

namespace yundisk::storage {

struct PeerPosition {
  LogIdentity log{};
  ChangePosition read;
  bool operator==(const PeerPosition&) const = default;
};

class PeerPositions {
 public:
  // `files` outlives this. `folder`: the data folder.
  PeerPositions(FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}

  Task<void> Load();
  // From the beginning where nothing is known.
  PeerPosition Get(const std::string& member) const;
  void Set(const std::string& member, const PeerPosition& position);
  // Everything is read again.
  void Forget() { positions_.clear(); }
  // The members in `held_back` are saved as read that far only. Does nothing when nothing has
  // changed.
  using Positions = std::map<std::string, PeerPosition>;
  Task<void> Save(const Positions& held_back);

 private:
  static constexpr std::size_t kSlots = 2;
  struct Slot {
    std::uint64_t number;
    Positions positions;
  };

  std::string Path(std::uint64_t number) const;
  Task<std::optional<Slot>> ReadSlot(std::size_t slot);
  static std::string Encode(std::uint64_t number, const Positions& positions);
  static std::optional<Slot> Decode(std::string_view text);

  FileSystem& files_;
  const std::string folder_;
  std::uint64_t saves_ = 0;
  Positions positions_;
  Positions saved_;
};

}  // namespace yundisk::storage
