#include "storage_core/storage/volume_set.h"

#include <charconv>

#include <fmt/format.h>

namespace yundisk::storage {
namespace {

constexpr std::size_t kNumberDigits = 16;
constexpr std::string_view kSuffix = ".vol";

}  // namespace

std::string VolumeSet::PathOf(std::uint64_t number) const {
  return fmt::format("{}/{:016x}{}", folder_, number, kSuffix);
}

std::optional<std::uint64_t> VolumeSet::NumberOf(const std::string& name) {
  if (name.size() != kNumberDigits + kSuffix.size() || !name.ends_with(kSuffix))
    return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = name.data() + kNumberDigits;
  const auto parsed = std::from_chars(name.data(), end, number, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

void VolumeSet::Add(std::shared_ptr<Volume> volume) {
  const std::uint64_t number = volume->header.number;
  volumes_.Lock()->insert_or_assign(number, std::move(volume));
}

void VolumeSet::Forget(std::uint64_t number) { volumes_.Lock()->erase(number); }

std::shared_ptr<Volume> VolumeSet::Find(std::uint64_t number) const {
  const auto volumes = volumes_.Lock();
  const auto found = volumes->find(number);
  return found == volumes->end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Volume>> VolumeSet::List() const {
  std::vector<std::shared_ptr<Volume>> list;
  for (const auto& [number, volume] : *volumes_.Lock()) list.push_back(volume);
  return list;
}

}  // namespace yundisk::storage
