// POST /users, POST /sessions, DELETE /sessions/current, GET /me and POST /me/password, as
// docs/openapi.yaml describes them.
#pragma once

#include <chrono>

#include "cgi/disk/accounts.h"
#include "cgi/disk/authenticator.h"
#include "cgi/disk/sessions.h"
#include "cgi/disk/throttle.h"
#include "common/fastcgi/router.h"

namespace yundisk::account {

struct Parts {
  disk::Accounts& accounts;
  disk::Sessions& sessions;
  const disk::Authenticator& authenticator;
  disk::SignInThrottle& throttle;
  std::chrono::seconds session_ttl;  // the cookie's Max-Age
};

// Borrows the parts for as long as the router is used.
fcgi::Router MakeRouter(const Parts& parts);

}  // namespace yundisk::account
