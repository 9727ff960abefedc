// upload: contents on their way in; in the background, the sweep of the spool.
#include <filesystem>
#include <optional>

#include "cgi/disk/committer.h"
#include "cgi/disk/endpoint_parts.h"
#include "cgi/disk/pending_objects.h"
#include "cgi/disk/periodic.h"
#include "cgi/disk/uploader.h"
#include "cgi/upload/endpoint.h"
#include "cgi/upload/spool.h"
#include "common/base/log.h"
#include "common/base/program.h"
#include "common/fastcgi/server.h"

namespace yundisk::upload {
namespace {

constexpr std::chrono::minutes kSweepInterval{10};

Result<Limits> LimitsOf(const disk::WebConfig& web) {
  Limits limits{web.max_upload_bytes, web.spool_directory};
  while (limits.spool_directory.ends_with('/')) limits.spool_directory.pop_back();
  if (limits.spool_directory.starts_with('/')) return limits;
  return Error::Make(Code::kBadRequest, "web.spool_directory is '{}': an absolute path is needed",
                     web.spool_directory);
}

void Sweep(const std::string& spool_directory, const Clock& clock) {
  const std::size_t removed = SweepSpool(spool_directory, clock.Now());
  if (removed > 0) LogInfo("{} stale bodies removed from the spool", removed);
}

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  fcgi::TakeOverSignals();
  TRY(const auto parts, disk::EndpointParts::Open(file, instance));
  TRY(const Limits limits, LimitsOf(parts->config.web));
  disk::PendingObjects pending(parts->database, parts->store, parts->clock);
  disk::Committer committer(parts->database, parts->store, parts->clock, parts->stamps);
  disk::Uploader uploader(parts->database, parts->store, pending, committer, parts->clock);
  const disk::Periodic sweeping(kSweepInterval,
                                [&] { Sweep(limits.spool_directory, parts->clock); });
  return parts->Serve(
      "upload",
      MakeRouter({parts->authenticator, parts->database, parts->reader, uploader}, limits));
}

}  // namespace
}  // namespace yundisk::upload

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"upload", "Takes contents in."}, yundisk::upload::Run);
}
