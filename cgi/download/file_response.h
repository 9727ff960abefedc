// From a file to the HTTP answer: conditions, safety headers, ranges, and which way the bytes take.
#pragma once

#include "cgi/disk/node.h"
#include "cgi/download/contents.h"
#include "common/fastcgi/request.h"
#include "common/fastcgi/response.h"

namespace yundisk::download {

// Answers GET and HEAD of `file`, which is not a folder. `contents` outlives the response.
//
// A file's own bytes never run as a page of our origin: nosniff always; types that could run script
// are attachments in a sandbox. `?download=1` makes an attachment of everything.
//
// Ranges are cut here for what we send ourselves (from memory, or streamed); for X-Accel-Redirect
// nginx cuts them. A conditional request never takes X-Accel-Redirect: nginx has no ETag of ours to
// compare and would answer If-Match with 412.
//
// When nginx finds that the file is not on this machine it asks again, and is sent to the storages
// of the object's group.
Result<fcgi::Response> FileResponse(const disk::Node& file, const fcgi::Request& request,
                                    Contents& contents);

}  // namespace yundisk::download
