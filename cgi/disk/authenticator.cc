#include "cgi/disk/authenticator.h"

#include <algorithm>

namespace yundisk::disk {
namespace {

// The token of an Authorization header; empty when it is not a Bearer one.
std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const bool is_bearer =
      authorization.size() > kScheme.size() &&
      std::ranges::equal(authorization.substr(0, kScheme.size()), kScheme, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
      });
  if (!is_bearer) return {};
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

bool ChangesNothing(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

Error NotSignedIn() { return Error(Code::kUnauthenticated, "no valid session; sign in first"); }

}  // namespace

Result<SessionUser> Authenticator::Authenticate(const fcgi::Request& request) const {
  const std::string_view authorization = request.Header("authorization");
  const bool by_cookie = authorization.empty();
  const std::string_view token =
      by_cookie ? request.Cookie(kSessionCookie).value_or("") : BearerToken(authorization);
  if (token.empty()) return NotSignedIn();
  TRY(std::optional<SessionUser> user, sessions_.Find(token));
  if (!user) return NotSignedIn();
  if (by_cookie && !ChangesNothing(request.method) && request.Header("x-yundisk") != "1")
    return Error(Code::kForbidden,
                 "a change with the cookie alone needs the header 'X-Yundisk: 1'");
  return *std::move(user);
}

Result<SessionUser> Authenticator::AuthenticateWriter(const fcgi::Request& request) const {
  TRY(SessionUser user, Authenticate(request));
  if (user.role == Role::kReadOnly)
    return Error(Code::kForbidden, "this account may read but not change");
  return user;
}

}  // namespace yundisk::disk
