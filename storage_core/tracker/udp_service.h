// The tracker's UDP port: a look-up tells in one packet where a file's storages are and where other
// services are; a report tells how calls ended (common/protocol/udp.h has the packets).
//
// What is no packet of ours, is not proven or not timely gets no answer. An answer is never longer
// than its request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/net/task.h"
#include "common/protocol/udp.h"
#include "storage_core/tracker/directory.h"
#include "storage_core/tracker/replay_guard.h"
#include "storage_core/tracker/service.h"

namespace yundisk::tracker {

// Bound to the registry's loop.
class UdpService {
 public:
  // Service, directory and clock are borrowed. `node` begins every failure's text.
  UdpService(Service& service, const Directory& directory, const Clock& clock, std::string node,
             std::optional<wire::Secret> secret)
      : service_(&service),
        directory_(&directory),
        guard_(clock),
        node_(std::move(node)),
        secret_(secret) {}

  // The answer to a packet from `client`, an ip; empty: none. Both are borrowed until
  // then.
  net::Task<Bytes> Answer(const Bytes& packet, const std::string& client);

 private:
  net::Task<Bytes> LookUp(wire::UdpHeader header, ByteView body, std::size_t packet_bytes);
  void Report(const wire::UdpPacket& packet, std::string_view client);
  std::string TextOf(const Error& error, std::size_t max_bytes) const;

  Service* service_;
  const Directory* directory_;
  ReplayGuard guard_;
  const std::string node_;
  const std::optional<wire::Secret> secret_;
};

}  // namespace yundisk::tracker
