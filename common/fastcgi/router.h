// Dispatch by method and path. Immutable once built; then any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/fastcgi/request.h"
#include "common/fastcgi/response.h"

namespace yundisk::fcgi {

// Called from many threads at once.
using Handler = std::function<Response(Request&)>;

// A path that matches with another method is 405 with Allow; none is 404. HEAD is served by GET's
// handler unless it has its own.
class Router {
 public:
  // `path` ends in '/' for a prefix, else it is matched whole. The first match wins.
  void Add(std::string method, std::string path, Handler handler);
  Response operator()(Request& request) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace yundisk::fcgi
