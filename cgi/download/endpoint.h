// Contents on their way out: GET and HEAD of a path, signed links, playlists.
#pragma once

#include "cgi/disk/authenticator.h"
#include "cgi/disk/signed_link.h"
#include "cgi/disk/tree_reader.h"
#include "cgi/download/contents.h"
#include "common/base/clock.h"
#include "common/fastcgi/router.h"

namespace yundisk::download {

// All outlive the router.
struct Parts {
  const disk::Authenticator& authenticator;
  disk::TreeReader& reader;
  Contents& contents;
  const disk::LinkSigner& signer;
  const Clock& clock;
};

fcgi::Router MakeRouter(Parts parts);

}  // namespace yundisk::download
