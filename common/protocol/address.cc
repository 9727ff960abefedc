#include "common/protocol/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace yundisk::wire {
namespace {

constexpr std::size_t kMaxGroupBytes = 16;
constexpr std::size_t kMaxHostBytes = 253;  // a DNS name

Error NoAddress(std::string_view text) {
  return Error::Make(Code::kBadRequest,
                     "'{}' is no address: want host:port or [IPv6]:port, port 0 to 65535", text);
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

Result<HostPort> ParseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return NoAddress(text);
  std::string_view host = text.substr(0, colon);
  const auto port = ParsePort(text.substr(colon + 1));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || host.empty() || host.size() > kMaxHostBytes) return NoAddress(text);
  if (bracketed != (host.find(':') != host.npos)) return NoAddress(text);
  if (host.find_first_of("[] ;") != host.npos) return NoAddress(text);
  return HostPort{std::string(host), *port};
}

std::string ToString(const HostPort& address) {
  if (address.host.find(':') != std::string::npos)
    return fmt::format("[{}]:{}", address.host, address.port);
  return fmt::format("{}:{}", address.host, address.port);
}

bool IsLoopback(std::string_view host) {
  constexpr std::uint32_t kLoopbackNetwork = 127;
  in_addr v4{};
  if (::inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24U == kLoopbackNetwork;
  return host == "localhost" || host == "::1";
}

std::string AddressForOthers(std::string_view configured, std::string_view listen,
                             std::uint16_t port) {
  if (!configured.empty()) return std::string(configured);
  const auto address = ParseHostPort(listen);
  if (!address || address->host == "0.0.0.0" || address->host == "::") return {};
  return ToString({address->host, port});
}

Result<std::vector<std::string>> ParseAddresses(std::string_view list) {
  std::vector<std::string> addresses;
  while (!list.empty()) {
    const std::size_t end = list.find(';');
    if (end == list.npos || addresses.size() == kMaxAddresses)
      return Error(Code::kBadRequest, "an address list is 1 to 3 of 'ip:port;'");
    TRY(HostPort address, ParseHostPort(list.substr(0, end)));
    addresses.push_back(ToString(address));
    list.remove_prefix(end + 1);
  }
  if (addresses.empty()) return Error(Code::kBadRequest, "an address list is empty");
  return addresses;
}

TailText<kAddressesBytes> JoinAddresses(std::span<const std::string> addresses) {
  CHECK(!addresses.empty() && addresses.size() <= kMaxAddresses);
  std::string list;
  for (const std::string& address : addresses) list += address + ';';
  return TailText<kAddressesBytes>::Unchecked(list);
}

std::string_view GroupOfFileId(std::string_view file_id) {
  const std::size_t slash = file_id.find('/');
  if (slash == file_id.npos || slash == 0 || slash > kMaxGroupBytes) return {};
  return slash + 1 < file_id.size() ? file_id.substr(0, slash) : std::string_view{};
}

std::uint64_t AffinityHash(std::string_view first, std::string_view second) {
  constexpr std::uint64_t kOffset = 0xCBF29CE484222325;
  constexpr std::uint64_t kPrime = 0x100000001B3;
  std::uint64_t hash = kOffset;
  for (const std::string_view text : {first, second})
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  // Texts that differ in their last letter alone are near each other up to here.
  constexpr std::uint64_t kMix = 0xFF51AFD7ED558CCD;
  constexpr unsigned kHalf = 33;
  hash = (hash ^ (hash >> kHalf)) * kMix;
  return hash ^ (hash >> kHalf);
}

std::uint64_t AffinityBucket(std::string_view file_id) {
  return AffinityHash(file_id, {}) % kAffinityBuckets;
}

}  // namespace yundisk::wire
