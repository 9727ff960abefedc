#include "cgi/disk/stamps.h"

#include <array>
#include <fstream>
#include <functional>

#include "common/base/random.h"

namespace yundisk::disk {
namespace {

constexpr std::uint64_t kLayoutNumber = 0x79756e'73746d31;  // "yunstm1"

// A number that the kernel's boot id gives; 0 where it does not tell one.
std::uint64_t BootNumber() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot_id;
  file >> boot_id;
  return std::hash<std::string>{}(boot_id);
}

}  // namespace

struct Stamps::Layout {
  std::atomic<std::uint64_t> generation;  // 0 until the first program drew it
  std::array<std::array<std::atomic<std::uint64_t>, kStampSlots>, 2> stamps;
};

Stamps::Stamps(SharedSegment segment) : segment_(std::move(segment)), boot_(BootNumber()) {}

Result<Stamps> Stamps::Open(const std::string& path) {
  TRY(SharedSegment segment, SharedSegment::Open(path, kLayoutNumber, sizeof(Layout)));
  Stamps stamps(std::move(segment));
  std::uint64_t undrawn = 0;
  stamps.layout().generation.compare_exchange_strong(undrawn, SystemRandom().Next() | 1);
  return stamps;
}

Stamps::Layout& Stamps::layout() const { return *reinterpret_cast<Layout*>(segment_.data()); }

std::atomic<std::uint64_t>& Stamps::Slot(StampKind kind, std::int64_t user_id) const {
  // Fibonacci hashing: ids drawn in sequence spread over the whole table.
  const std::uint64_t mixed = static_cast<std::uint64_t>(user_id) * 0x9E3779B97F4A7C15;
  return layout().stamps[static_cast<std::size_t>(kind)][mixed >> 48];
}

std::uint64_t Stamps::Read(StampKind kind, std::int64_t user_id) const {
  return Slot(kind, user_id).load(std::memory_order_acquire);
}

void Stamps::Raise(StampKind kind, std::int64_t user_id) const {
  Slot(kind, user_id).fetch_add(1, std::memory_order_acq_rel);
}

std::uint64_t Stamps::generation() const { return layout().generation.load() ^ boot_; }

}  // namespace yundisk::disk
