// An object's name as it goes over the wire.
#pragma once

#include "common/base/result.h"
#include "common/protocol/messages.h"
#include "storage_core/client/cluster.h"

namespace yundisk::client {

// The error names the part that is too long, empty or no plain text.
inline Result<wire::ObjectKey> OnWire(const ObjectKey& key) {
  auto application = wire::Text<16>::From(key.application);
  if (!application) return application.error().Within("application id");
  auto user = wire::Text<256>::From(key.user);
  if (!user) return user.error().Within("user id");
  auto file_id = wire::Text<128>::From(key.file_id);
  if (!file_id) return file_id.error().Within("file id");
  return wire::ObjectKey{*application, *user, *file_id};
}

}  // namespace yundisk::client
