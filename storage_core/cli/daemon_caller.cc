#include "storage_core/cli/daemon_caller.h"

namespace yundisk::cli {

Result<DaemonCaller> DaemonCaller::Make(const client::Options& options) {
  std::optional<wire::Secret> secret;
  if (!options.secret_file.empty()) { TRY(secret, wire::ReadSecretFile(options.secret_file)); }
  return DaemonCaller(options.trackers, secret, {options.connect_timeout, options.call_timeout});
}

Result<std::chrono::microseconds> DaemonCaller::Ping(wire::Service service,
                                                     const std::string& address) const {
  const auto start = std::chrono::steady_clock::now();
  TRY_VOID(Open(service, address));
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace yundisk::cli
