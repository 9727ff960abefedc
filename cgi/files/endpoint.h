// The tree without contents: list, entry, make a folder, move, delete.
#pragma once

#include "cgi/disk/authenticator.h"
#include "cgi/disk/tree_reader.h"
#include "cgi/disk/tree_writer.h"
#include "common/fastcgi/router.h"

namespace yundisk::files {

// All outlive the router.
struct Parts {
  const disk::Authenticator& authenticator;
  disk::TreeReader& reader;
  disk::TreeWriter& writer;
};

fcgi::Router MakeRouter(Parts parts);

}  // namespace yundisk::files
