#include "tests/player/unit/scripted_server.h"

#include <array>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace yundisk::player {
namespace {

void Require(bool what) {
  if (!what) std::abort();
}

}  // namespace

ScriptedServer::ScriptedServer(Answer answer)
    : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  Require(bind(listener_, generic, size) == 0 && listen(listener_, 16) == 0);
  Require(getsockname(listener_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  for (const int connection : held_) close(connection);
  close(listener_);
}

std::string ScriptedServer::Url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/signed/t/film.mkv";
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::Serve() {
  for (int connection = accept(listener_, nullptr, nullptr); connection >= 0;
       connection = accept(listener_, nullptr, nullptr)) {
    ServeOne(connection);
  }
}

void ScriptedServer::ServeOne(int connection) {
  std::string request;
  std::array<char, 4096> chunk{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const auto count = recv(connection, chunk.data(), chunk.size(), 0);
    if (count <= 0) break;
    request.append(chunk.data(), static_cast<std::size_t>(count));
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::string answer = answer_(request);
  if (answer.empty()) {
    held_.push_back(connection);
    return;
  }
  send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  close(connection);
}

std::string PartOf(const std::string& content, const std::string& request,
                   const std::string& etag) {
  const auto at = request.find("bytes=");
  const std::size_t from = at == std::string::npos ? 0 : std::stoul(request.substr(at + 6));
  const std::string size = std::to_string(content.size());
  return "HTTP/1.1 206 Partial Content\r\nETag: \"" + etag + "\"\r\nContent-Range: bytes " +
         std::to_string(from) + "-" + std::to_string(content.size() - 1) + "/" + size +
         "\r\nContent-Length: " + std::to_string(content.size() - from) + "\r\n\r\n" +
         content.substr(from);
}

}  // namespace yundisk::player
