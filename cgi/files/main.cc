// files: folders and entries; in the background, the collector.
#include <optional>

#include "cgi/disk/collector.h"
#include "cgi/disk/endpoint_parts.h"
#include "cgi/disk/periodic.h"
#include "cgi/files/endpoint.h"
#include "common/base/log.h"
#include "common/base/program.h"
#include "common/fastcgi/server.h"

namespace yundisk::files {
namespace {

void Collect(disk::Collector& collector) {
  const auto collected = collector.Run();
  if (!collected) {
    LogWarning("collector: {}", collected.error().message());
  } else if (collected->blobs + collected->pending_objects > 0) {
    LogInfo("collector: {} contents and {} unfinished uploads removed", collected->blobs,
            collected->pending_objects);
  }
}

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  fcgi::TakeOverSignals();
  TRY(const auto config, file.Load<disk::CollectorConfig>(instance));
  TRY(const auto parts, disk::EndpointParts::Open(file, instance));
  disk::TreeWriter writer(parts->database, parts->store, parts->clock, parts->stamps);
  disk::Collector collector(parts->database, parts->store, writer, parts->clock, config);
  std::optional<disk::Periodic> collecting;
  if (config.collect) collecting.emplace(config.interval, [&] { Collect(collector); });
  return parts->Serve("files", MakeRouter({parts->authenticator, parts->reader, writer}));
}

}  // namespace
}  // namespace yundisk::files

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"files", "Lists, makes, moves and deletes entries."},
                             yundisk::files::Run);
}
