#include "cgi/account/endpoint.h"

#include "cgi/disk/password.h"
#include "cgi/disk/time_text.h"
#include "cgi/disk/username.h"
#include "common/fastcgi/json_body.h"

namespace yundisk::account {
namespace {

using fcgi::Request;
using fcgi::Response;

constexpr int kOk = 200;
constexpr int kCreated = 201;
constexpr fcgi::TextLimits kPasswordLimits{.min_characters = disk::kPasswordMinCharacters,
                                           .max_characters = disk::kPasswordMaxCharacters};

struct Credentials {
  disk::Username name;
  std::string password;
};

Result<Credentials> ReadCredentials(Request& request) {
  TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
  TRY(const std::string username,
      body.Text("username", {.min_characters = 1, .max_characters = disk::kUsernameMaxCharacters}));
  TRY(std::string password, body.Text("password", kPasswordLimits));
  TRY_VOID(body.Finish());
  TRY(disk::Username name, disk::Username::Parse(username));
  return Credentials{std::move(name), std::move(password)};
}

Json::Value UserJson(const disk::User& user) {
  Json::Value json;
  json["id"] = std::to_string(user.id);
  json["username"] = user.username;
  json["role"] = std::string(disk::RoleName(user.role));
  json["quota_bytes"] =
      user.quota_bytes == 0 ? Json::Value() : Json::Value(Json::UInt64{user.quota_bytes});
  json["used_bytes"] = Json::UInt64{user.used_bytes};
  json["password_is_initial"] = user.password_is_initial;
  json["created_at"] = disk::Rfc3339(user.created_at_ms);
  return json;
}

std::string SessionCookie(std::string_view token, std::chrono::seconds max_age, bool is_tls) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", disk::kSessionCookie,
                     token, max_age.count(), is_tls ? "; Secure" : "");
}

Response TooManyAttempts(std::chrono::seconds wait) {
  return fcgi::Problem(Error::Make(Code::kTooManyRequests, "too many attempts; try again in {} s",
                                   wait.count()))
      .Set("Retry-After", std::to_string(wait.count()));
}

class Endpoint {
 public:
  explicit Endpoint(const Parts& parts) : parts_(parts) {}

  Response Register(Request& request) const {
    const auto credentials = ReadCredentials(request);
    if (!credentials) return fcgi::Problem(credentials.error());
    const auto user = parts_.accounts.Register(credentials->name, credentials->password);
    if (user) return fcgi::Json(kCreated, UserJson(*user));
    switch (user.error().code()) {
      case Code::kExists: return fcgi::Problem(user.error(), "name_taken");
      case Code::kForbidden: return fcgi::Problem(user.error(), "registration_closed");
      default: return fcgi::Problem(user.error());
    }
  }

  Response SignIn(Request& request) const {
    const auto credentials = ReadCredentials(request);
    if (!credentials) return fcgi::Problem(credentials.error());
    const disk::SignInThrottle::Who who{credentials->name.key, request.remote_address};
    if (const auto wait = parts_.throttle.Attempt(who)) return TooManyAttempts(*wait);
    const auto user = parts_.accounts.SignIn(credentials->name, credentials->password);
    Judge(who, user);
    if (!user) {
      if (user.error().code() == Code::kUnauthenticated)
        return fcgi::Problem(user.error(), "wrong_credentials");
      return fcgi::Problem(user.error());
    }
    return Begin(*user, request);
  }

  Response SignOut(Request& request) const {
    const auto user = parts_.authenticator.Authenticate(request);
    if (!user) return fcgi::Problem(user.error());
    if (const auto ended = parts_.sessions.End(*user); !ended) return fcgi::Problem(ended.error());
    return fcgi::NoContent().Set("Set-Cookie",
                                 SessionCookie("", std::chrono::seconds(0), request.is_tls));
  }

  Response Me(Request& request) const {
    const auto signed_in = parts_.authenticator.Authenticate(request);
    if (!signed_in) return fcgi::Problem(signed_in.error());
    const auto user = parts_.accounts.Find(signed_in->id);
    return user ? fcgi::Json(kOk, UserJson(*user)) : fcgi::Problem(user.error());
  }

  Response ChangePassword(Request& request) const {
    const auto user = parts_.authenticator.Authenticate(request);
    if (!user) return fcgi::Problem(user.error());
    const auto wanted = ReadPasswords(request);
    if (!wanted) return fcgi::Problem(wanted.error());
    // Counted apart from sign-ins, so that a stolen session cannot lock its owner out.
    const std::string account = fmt::format("change:{}", user->id);
    const disk::SignInThrottle::Who who{account, request.remote_address};
    if (const auto wait = parts_.throttle.Attempt(who)) return TooManyAttempts(*wait);
    const auto changed = parts_.accounts.ChangePassword(*user, wanted->current, wanted->fresh);
    Judge(who, changed);
    if (changed) return fcgi::NoContent();
    if (changed.error().code() == Code::kForbidden)
      return fcgi::Problem(changed.error(), "wrong_password");
    return fcgi::Problem(changed.error());
  }

 private:
  struct Passwords {
    std::string current;
    std::string fresh;
  };

  static Result<Passwords> ReadPasswords(Request& request) {
    TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
    TRY(std::string current,
        body.Text("current_password", {.max_characters = disk::kPasswordMaxCharacters}));
    TRY(std::string fresh, body.Text("new_password", kPasswordLimits));
    TRY_VOID(body.Finish());
    return Passwords{std::move(current), std::move(fresh)};
  }

  template <typename T>
  void Judge(const disk::SignInThrottle::Who& who, const Result<T>& outcome) const {
    if (outcome)
      parts_.throttle.Succeeded(who);
    else if (outcome.error().code() != Code::kUnauthenticated &&
             outcome.error().code() != Code::kForbidden)
      parts_.throttle.Unjudged(who);
  }

  Response Begin(const disk::User& user, const Request& request) const {
    const auto session =
        parts_.sessions.Create(user.id, {request.remote_address, request.Header("user-agent")});
    if (!session) return fcgi::Problem(session.error());
    Json::Value json;
    json["token"] = session->token;
    json["expires_at"] = disk::Rfc3339(session->expires_at_ms);
    json["user"] = UserJson(user);
    return fcgi::Json(kCreated, json)
        .Set("Set-Cookie", SessionCookie(session->token, parts_.session_ttl, request.is_tls));
  }

  Parts parts_;
};

// Nothing about a person is kept by a cache on the way.
fcgi::Handler Uncached(const Endpoint& endpoint, Response (Endpoint::*handle)(Request&) const) {
  return [endpoint, handle](Request& request) {
    return (endpoint.*handle)(request).Set("Cache-Control", "no-store");
  };
}

}  // namespace

fcgi::Router MakeRouter(const Parts& parts) {
  const Endpoint endpoint(parts);
  fcgi::Router router;
  router.Add("POST", "/api/v1/users", Uncached(endpoint, &Endpoint::Register));
  router.Add("POST", "/api/v1/sessions", Uncached(endpoint, &Endpoint::SignIn));
  router.Add("DELETE", "/api/v1/sessions/current", Uncached(endpoint, &Endpoint::SignOut));
  router.Add("GET", "/api/v1/me", Uncached(endpoint, &Endpoint::Me));
  router.Add("POST", "/api/v1/me/password", Uncached(endpoint, &Endpoint::ChangePassword));
  return router;
}

}  // namespace yundisk::account
