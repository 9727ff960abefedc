#include "common/fastcgi/router.h"

namespace yundisk::fcgi {
namespace {

bool MatchesPath(std::string_view route, std::string_view path) {
  return route.ends_with('/') ? path.starts_with(route) : path == route;
}

}  // namespace

void Router::Add(std::string method, std::string path, Handler handler) {
  routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

Response Router::operator()(Request& request) const {
  const std::string_view path = request.path();
  const Route* get = nullptr;
  std::string allowed;
  for (const Route& route : routes_) {
    if (!MatchesPath(route.path, path)) continue;
    if (route.method == request.method) return route.handler(request);
    if (route.method == "GET" && get == nullptr) get = &route;
    allowed += (allowed.empty() ? "" : ", ") + route.method;
  }
  if (get != nullptr && request.method == "HEAD") return get->handler(request);
  if (allowed.empty()) return Problem(Error(Code::kNotFound, "no resource has this path"));
  return Problem(Error::Make(Code::kMethodNotAllowed, "this resource answers {} only", allowed))
      .Set("Allow", allowed);
}

}  // namespace yundisk::fcgi
