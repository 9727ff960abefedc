// Network addresses as text: "192.0.2.7:23000", "[2001:db8::7]:23000", "localhost:23000".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/protocol/messages.h"

namespace yundisk::wire {

struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

// Port 0 is accepted: to listen on it means any free one.
Result<HostPort> ParseHostPort(std::string_view text);
std::string ToString(const HostPort& address);

// True for 127.0.0.0/8, ::1 and localhost: the only addresses to serve on without a secret.
bool IsLoopback(std::string_view host);

// Where others reach who listens on `listen`, at `port`: `configured`, unless it is empty; empty
// for an address that stands for all of the machine's.
std::string AddressForOthers(std::string_view configured, std::string_view listen,
                             std::uint16_t port);

// The list form of the tracker's replies, "ip:port;" repeated; 1 to kMaxAddresses.
Result<std::vector<std::string>> ParseAddresses(std::string_view list);
TailText<kAddressesBytes> JoinAddresses(std::span<const std::string> addresses);

// "<group>/<rest>" names its group, of 1 to 16 bytes; any other id gives an empty view.
std::string_view GroupOfFileId(std::string_view file_id);

// Over the texts one after the other (FNV-1a, mixed): the same everywhere, so that all agree on an
// order.
std::uint64_t AffinityHash(std::string_view first, std::string_view second);
// File ids fall into so many buckets; all of a bucket are read from a group's storages in the same
// order, so that one answer of a tracker holds for a bucket.
inline constexpr std::uint64_t kAffinityBuckets = 16;
std::uint64_t AffinityBucket(std::string_view file_id);

}  // namespace yundisk::wire
