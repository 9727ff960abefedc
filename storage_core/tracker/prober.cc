#include "storage_core/tracker/prober.h"

#include "common/base/log.h"
#include "common/net/caller.h"
#include "common/protocol/messages.h"

namespace yundisk::tracker {

net::Task<void> Prober::Run() {
  while (true) {
    for (Outages::Probe& due : parts_.outages.Due()) parts_.spawn(Probe(std::move(due)));
    co_await parts_.timer.Sleep(kInterval);
  }
}

net::Task<void> Prober::Probe(Outages::Probe probe) {
  const Result<void> asked = co_await Ask(probe.address);
  if (!asked)
    LogInfo("probing storage {}/{}: {}", probe.name.group, probe.name.host,
            asked.error().message());
  parts_.outages.Probed(probe.name, asked.ok());
}

net::Task<Result<void>> Prober::Ask(const std::string& address) {
  CO_TRY(const auto stream, co_await parts_.dialer.Connect(address, kTimeout));
  net::Caller caller(*stream, wire::Service::kStorage, parts_.clock, kTimeout);
  if (secret_) CO_TRY_VOID(co_await caller.Authenticate(*secret_, parts_.random));
  const wire::Statistics statistics;
  CO_TRY_VOID(co_await caller.Call(statistics));
  co_return Result<void>();
}

}  // namespace yundisk::tracker
