// A daemon that says what a test tells it to: real sockets, real frames, scripted answers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/frame.h"
#include "common/protocol/header.h"

namespace yundisk::client {

struct ReceivedRequest {
  std::uint8_t command = 0;
  Bytes body;
};

// What happens after a request: these bytes go out, then the connection stays or is closed.
struct Answer {
  Bytes bytes;
  bool close = false;
};

template <wire::Message M>
Answer Success(wire::Service service, const M& message) {
  Answer answer;
  wire::AppendSuccess(answer.bytes, service, message);
  return answer;
}

inline Answer Refusal(wire::Service service, Code code, std::string_view why) {
  Answer answer;
  wire::AppendFailure(answer.bytes, service,
                      wire::FailureFrom("fake", Error(code, std::string(why))));
  return answer;
}

inline Answer Hangup() { return {{}, true}; }

inline Answer ContentOf(ByteView content, std::size_t sent_bytes) {
  Answer answer;
  wire::AppendContentHeader(answer.bytes, wire::Service::kStorage, content.size());
  answer.bytes.insert(answer.bytes.end(), content.begin(),
                      content.begin() + static_cast<std::ptrdiff_t>(sent_bytes));
  answer.close = sent_bytes < content.size();
  return answer;
}

// Serves on a free port of 127.0.0.1 until destroyed; `script` runs on the connections' threads.
class FakeDaemon {
 public:
  using Script = std::function<Answer(const ReceivedRequest&)>;

  explicit FakeDaemon(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(listener_, generic, size) == 0 && ::listen(listener_, 64) == 0);
    CHECK(::getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~FakeDaemon() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    DropConnections();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

  // As a restart of the daemon looks to its clients.
  void DropConnections() {
    const std::scoped_lock lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }

 private:
  void Accept() {
    for (;;) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      ++connections_;
      const std::scoped_lock lock(mutex_);
      open_.push_back(descriptor);
      threads_.emplace_back([this, descriptor] { Serve(descriptor); });
    }
  }

  void Serve(int descriptor) {
    ReceivedRequest request;
    while (Receive(descriptor, request)) {
      ++requests_;
      const Answer answer = script_(request);
      ::send(descriptor, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
      if (answer.close) break;
    }
    ::shutdown(descriptor, SHUT_RDWR);
    const std::scoped_lock lock(mutex_);
    std::erase(open_, descriptor);
    ::close(descriptor);
  }

  static bool Receive(int descriptor, ReceivedRequest& request) {
    Bytes header(wire::kHeaderBytes);
    if (!ReceiveAll(descriptor, header)) return false;
    const wire::Header decoded = wire::DecodeHeader(ByteView(header).first<wire::kHeaderBytes>());
    request.command = decoded.command;
    request.body.resize(decoded.body_bytes);
    return ReceiveAll(descriptor, request.body);
  }

  static bool ReceiveAll(int descriptor, MutableByteView to) {
    while (!to.empty()) {
      const ssize_t count = ::recv(descriptor, to.data(), to.size(), 0);
      if (count <= 0) return false;
      to = to.subspan(static_cast<std::size_t>(count));
    }
    return true;
  }

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

}  // namespace yundisk::client
