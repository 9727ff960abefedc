// PUT /api/v1/content/<path>: one content, whole and durable, or nothing.
//
// A body reaches us in one of two ways (nginx.conf):
//   small    in memory, through FastCGI records
//   spooled  nginx wrote it to a file and gives its name in REQUEST_BODY_FILE; before it reads a
//   byte
//            it asks with YUNDISK_PHASE=check, answered 204 to go on, else 401 or 403; refused, it
//            asks with YUNDISK_PHASE=refused for the answer that the client gets. Neither has a
//            body.
#pragma once

#include <cstdint>
#include <string>

#include "cgi/disk/authenticator.h"
#include "cgi/disk/tree_reader.h"
#include "cgi/disk/uploader.h"
#include "common/database/database.h"
#include "common/fastcgi/router.h"

namespace yundisk::upload {

// Bodies in memory: nginx spools what is longer.
inline constexpr std::size_t kSmallBodyBytesMax = 128 * 1024;

struct Limits {
  std::uint64_t max_upload_bytes;
  std::string spool_directory;  // absolute, without '/' at the end
};

// All outlive the router.
struct Parts {
  const disk::Authenticator& authenticator;
  db::Pool& database;
  disk::TreeReader& reader;
  disk::Uploader& uploader;
};

fcgi::Router MakeRouter(Parts parts, const Limits& limits);

}  // namespace yundisk::upload
