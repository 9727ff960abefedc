// One request and its response over libfcgi. Internal to common/fastcgi; bound to its thread.
#pragma once

#include <fcgiapp.h>

#include "common/fastcgi/router.h"

namespace yundisk::fcgi {

// Runs the handler on an accepted request and writes its response; the status it answered.
int Answer(FCGX_Request& accepted, const Handler& handler);

}  // namespace yundisk::fcgi
