// storaged: keeps the objects.
#include "common/base/program.h"
#include "common/net/stop_signal.h"
#include "storage_core/storage/daemon.h"

namespace yundisk::storage {
namespace {

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  net::HoldStopSignals();
  TRY(const Config config, file.Load<Config>(instance));
  return RunDaemon(config, net::WaitForStopSignal);
}

}  // namespace
}  // namespace yundisk::storage

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"storaged", "Keeps the objects of a group."},
                             yundisk::storage::Run);
}
