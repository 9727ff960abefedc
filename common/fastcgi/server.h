// Runs handlers under spawn-fcgi: file descriptor 0 is the listening unix socket, shared by all children of multiwatch.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "common/base/result.h"
#include "common/fastcgi/request.h"
#include "common/fastcgi/response.h"

namespace yundisk::fcgi {

// Called from many threads at once.
using Handler = std::function<Response(Request&)>;

struct ServerOptions {
  std::string program;  // names the metrics
  // A thread belongs to a kept-alive connection (libfcgi), so this must exceed nginx workers x keepalive, or
  // requests hang behind idle connections.
  std::size_t threads = 48;
};

// Serves until SIGTERM or SIGINT, then finishes the requests in flight (10 s at most) and returns. Counts and times
// every request in the shared metrics segment. A handler that throws is a 500 and a log line.
Result<void> Serve(const ServerOptions& options, const Handler& handler);

// Dispatch by method and path prefix. A path that matches with another method is 405 with Allow; none is 404.
class Router {
 public:
  // `path` ends in '/' for a prefix, else it is matched whole.
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
