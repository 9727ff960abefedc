// The web server's side of FastCGI, for tests: one connection, one request at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yundisk::test {

struct FastCgiAnswer {
  std::string output;      // headers and body as the program wrote them
  bool ended = false;      // an END_REQUEST record came
  bool connected = false;  // the connection is still open
};

class FastCgiClient {
 public:
  // Connects to a unix socket; a failure is a CHECK.
  explicit FastCgiClient(const std::string& socket_path);
  ~FastCgiClient();
  FastCgiClient(const FastCgiClient&) = delete;
  FastCgiClient& operator=(const FastCgiClient&) = delete;

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  // Sends a whole request. False when the connection is gone.
  bool Send(const Parameters& parameters, std::string_view body = "");
  // Sends a request up to the given part of its body, and hangs up.
  void SendPartAndHangUp(const Parameters& parameters, std::string_view part);
  FastCgiAnswer Receive();

  // Send and Receive, for a GET.
  FastCgiAnswer Get(const std::string& target);

 private:
  void AppendRecord(std::string& out, int type, std::string_view content) const;
  std::string Begin(const Parameters& parameters) const;
  bool Write(std::string_view bytes) const;
  bool Read(char* to, std::size_t count) const;

  int socket_;
};

}  // namespace yundisk::test
