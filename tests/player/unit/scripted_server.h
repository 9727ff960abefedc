// A web server on a loopback port that answers each connection as a test says, byte by byte.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace yundisk::player {

class ScriptedServer {
 public:
  // The answer to the head of a request; the connection is closed behind it. Called in the server's
  // thread. An empty answer: nothing is sent and the connection stays open until the server ends.
  using Answer = std::function<std::string(const std::string& request)>;

  explicit ScriptedServer(Answer answer);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string Url() const;
  std::vector<std::string> requests() const;

 private:
  void Serve();
  void ServeOne(int connection);

  const Answer answer_;
  int listener_;
  int port_ = 0;
  std::vector<int> held_;  // touched by the server's thread, and after its end
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
  std::thread thread_;
};

// The part of `content` that a request with "Range: bytes=N-" asks for, as a 206 with this ETag.
std::string PartOf(const std::string& content, const std::string& request, const std::string& etag);

}  // namespace yundisk::player
