// Who makes a request. Immutable; any thread.
#pragma once

#include <string_view>

#include "cgi/disk/sessions.h"
#include "cgi/disk/user.h"
#include "common/base/result.h"
#include "common/fastcgi/request.h"

namespace yundisk::disk {

inline constexpr std::string_view kSessionCookie = "yundisk_session";

class Authenticator {
 public:
  explicit Authenticator(Sessions& sessions) : sessions_(sessions) {}

  // By `Authorization: Bearer`, else by the cookie. kUnauthenticated: no token, or none of a live
  // session. kForbidden: a request that changes something came with the cookie alone and without
  // the header "X-Yundisk: 1", which another site's page cannot send. kUnavailable: the session
  // cannot be looked up now.
  Result<SessionUser> Authenticate(const fcgi::Request& request) const;

  // Authenticates, and refuses the role read_only with kForbidden: for what changes the tree.
  Result<SessionUser> AuthenticateWriter(const fcgi::Request& request) const;

 private:
  Sessions& sessions_;
};

}  // namespace yundisk::disk
