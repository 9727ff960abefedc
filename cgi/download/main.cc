// download: contents on their way out, and signed links to them.
#include "cgi/disk/endpoint_parts.h"
#include "cgi/disk/peer_address.h"
#include "cgi/disk/signed_link.h"
#include "cgi/download/contents.h"
#include "cgi/download/endpoint.h"
#include "common/base/program.h"
#include "common/fastcgi/server.h"
#include "common/protocol/authentication.h"

namespace yundisk::download {
namespace {

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  fcgi::TakeOverSignals();
  TRY(const auto parts, disk::EndpointParts::Open(file, instance));
  TRY(const wire::Secret secret, wire::ReadSecretFile(parts->config.web.secret_file));
  const disk::LinkSigner signer(secret);
  TRY(const auto cluster_secret, wire::ClusterSecret(parts->config.cluster));
  const disk::PeerAddresses peers(cluster_secret, parts->clock);
  Contents contents(parts->store, peers, parts->clock);
  return parts->Serve("download", MakeRouter({parts->authenticator, parts->reader, contents, signer,
                                              parts->clock}));
}

}  // namespace
}  // namespace yundisk::download

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"download", "Gives contents out."},
                             yundisk::download::Run);
}
