#include "storage_core/storage/peer_positions.h"

#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "storage_core/storage/checksum.h"

namespace yundisk::storage {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

}  // namespace

// A line with a checksum, the number of the save and the number of lines, then a line a member:
//   <crc-32 of all behind this line> <number> <members>
//   <log in hexadecimal> <volume> <offset> <name>
// What an earlier, longer save left behind the last line is not looked at.
std::string PeerPositions::Encode(std::uint64_t number, const Positions& positions) {
  std::string lines;
  for (const auto& [name, position] : positions)
    lines += fmt::format("{} {} {} {}\n", HexFromBytes(position.log), position.read.volume,
                         position.read.offset, name);
  return fmt::format("{} {} {}\n{}", Crc32(AsBytes(lines)), number, positions.size(), lines);
}

std::optional<PeerPositions::Slot> PeerPositions::Decode(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::uint32_t crc32 = 0;
  std::size_t members = 0;
  Slot slot{};
  std::string line;
  if (!(stream >> crc32 >> slot.number >> members) || !std::getline(stream, line))
    return std::nullopt;
  std::string lines;
  for (std::size_t i = 0; i < members; ++i) {
    if (!std::getline(stream, line)) return std::nullopt;
    lines += line + '\n';
    std::istringstream fields(line);
    std::string log;
    std::string name;
    PeerPosition position;
    if (!(fields >> log >> position.read.volume >> position.read.offset)) return std::nullopt;
    fields.get();
    const auto bytes = BytesFromHex(log);
    if (!std::getline(fields, name) || !bytes || bytes->size() != position.log.size())
      return std::nullopt;
    std::ranges::copy(*bytes, position.log.begin());
    slot.positions.emplace(name, position);
  }
  if (Crc32(AsBytes(lines)) != crc32) return std::nullopt;
  return slot;
}

std::string PeerPositions::Path(std::uint64_t number) const {
  return fmt::format("{}/peers.{}", folder_, number % kSlots);
}

Task<void> PeerPositions::Load() {
  for (std::size_t i = 0; i < kSlots; ++i) {
    CO_TRY(std::optional<Slot> slot, co_await ReadSlot(i));
    if (!slot || slot->number < saves_) continue;
    saves_ = slot->number;
    positions_ = std::move(slot->positions);
  }
  saved_ = positions_;
  co_return Result<void>();
}

Task<std::optional<PeerPositions::Slot>> PeerPositions::ReadSlot(std::size_t slot) {
  const std::string path = Path(slot);
  const auto file = co_await files_.Open(path, OpenMode::kRead);
  if (!file && file.error().code() == Code::kNotFound) co_return std::optional<Slot>();
  if (!file) co_return file.error();
  Bytes content(kMaxFileBytes);
  CO_TRY(const std::size_t got, co_await (*file)->ReadAt(0, content));
  co_return Decode(AsText(ByteView(content).first(got)));
}

PeerPosition PeerPositions::Get(const std::string& member) const {
  const auto found = positions_.find(member);
  return found == positions_.end() ? PeerPosition{} : found->second;
}

void PeerPositions::Set(const std::string& member, const PeerPosition& position) {
  positions_[member] = position;
}

Task<void> PeerPositions::Save(const Positions& held_back) {
  Positions saving = held_back;
  saving.insert(positions_.begin(), positions_.end());
  if (saving == saved_) co_return Result<void>();
  const std::uint64_t number = saves_ + 1;
  const std::string path = Path(number);
  auto file = co_await files_.Open(path, OpenMode::kReadWrite);
  if (!file && file.error().code() == Code::kNotFound)
    file = co_await files_.Open(path, OpenMode::kCreate);
  if (!file) co_return file.error();
  const std::string text = Encode(number, saving);
  const std::array<ByteView, 1> pieces{AsBytes(text)};
  CO_TRY_VOID(co_await (*file)->WriteAt(0, pieces));
  CO_TRY_VOID(co_await (*file)->Sync());
  saves_ = number;
  saved_ = std::move(saving);
  co_return Result<void>();
}

}  // namespace yundisk::storage
