#include "cgi/disk/peer_address.h"

#include "cgi/disk/object_store.h"
#include "common/protocol/address.h"

namespace yundisk::disk {

PeerAddresses::PeerAddresses(const std::optional<wire::Secret>& secret, const Clock& clock)
    : clock_(clock) {
  if (secret) signer_.emplace(*secret);
}

std::string PeerAddresses::Of(const std::string& file_id, const std::string& name) const {
  if (!signer_) return {};
  client::ObjectUrl url;
  url.application = kBlobApplication;
  url.user = kBlobUser;
  url.file_id = file_id;
  url.name = name;
  url.expires_at_s = SecondsSince1970(clock_.Now()) + static_cast<std::uint64_t>(kLife.count());
  const auto target = signer_->Sign(url);
  if (!target) return {};
  return std::string("group_").append(wire::GroupOfFileId(file_id)).append(*target);
}

}  // namespace yundisk::disk
