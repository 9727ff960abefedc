// Where nginx finds an object whose file is not on this machine: the storages of its group, by HTTP
// with an address signed for a moment (docs/storage-http.md).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/object_url.h"

namespace yundisk::disk {

// Immutable; any thread.
class PeerAddresses {
 public:
  // Long enough to pass from one program to the next.
  static constexpr std::chrono::seconds kLife{60};

  // Without a secret there are none.
  PeerAddresses(const std::optional<wire::Secret>& secret, const Clock& clock);

  // "group_<group>/<group>/<number>/<name>?...": the upstream of nginx and the target. Empty when
  // there is none.
  std::string Of(const std::string& file_id, const std::string& name) const;

 private:
  std::optional<client::UrlSigner> signer_;
  const Clock& clock_;
};

}  // namespace yundisk::disk
