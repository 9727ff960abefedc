#include "tests/support/fastcgi_client.h"

#include <algorithm>
#include <cstring>

#include <fastcgi.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/check.h"

namespace yundisk::test {
namespace {

constexpr std::size_t kRecordMax = 32'768;
constexpr unsigned char kRequestId = 1;

void AppendLength(std::string& out, std::size_t length) {
  CHECK(length < 1u << 31);
  if (length < 128) {
    out.push_back(static_cast<char>(length));
    return;
  }
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((length >> shift) | (shift == 24 ? 0x80 : 0)));
}

}  // namespace

FastCgiClient::FastCgiClient(const std::string& socket_path)
    : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(socket_path.size() < sizeof address.sun_path);
  std::ranges::copy(socket_path, address.sun_path);
  CHECK(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

FastCgiClient::~FastCgiClient() { close(socket_); }

void FastCgiClient::AppendRecord(std::string& out, int type, std::string_view content) const {
  FCGI_Header header{};
  header.version = FCGI_VERSION_1;
  header.type = static_cast<unsigned char>(type);
  header.requestIdB0 = kRequestId;
  header.contentLengthB1 = static_cast<unsigned char>(content.size() >> 8);
  header.contentLengthB0 = static_cast<unsigned char>(content.size());
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
  out.append(content);
}

std::string FastCgiClient::Begin(const Parameters& parameters) const {
  std::string out;
  const char begin[] = {0, FCGI_RESPONDER, FCGI_KEEP_CONN, 0, 0, 0, 0, 0};
  AppendRecord(out, FCGI_BEGIN_REQUEST, std::string_view(begin, sizeof begin));
  std::string encoded;
  for (const auto& [name, value] : parameters) {
    AppendLength(encoded, name.size());
    AppendLength(encoded, value.size());
    encoded += name + value;
  }
  AppendRecord(out, FCGI_PARAMS, encoded);
  AppendRecord(out, FCGI_PARAMS, "");
  return out;
}

bool FastCgiClient::Send(const Parameters& parameters, std::string_view body) {
  std::string out = Begin(parameters);
  while (!body.empty()) {
    AppendRecord(out, FCGI_STDIN, body.substr(0, kRecordMax));
    body.remove_prefix(std::min(body.size(), kRecordMax));
  }
  AppendRecord(out, FCGI_STDIN, "");
  return Write(out);
}

void FastCgiClient::SendPartAndHangUp(const Parameters& parameters, std::string_view part) {
  std::string out = Begin(parameters);
  AppendRecord(out, FCGI_STDIN, part);
  CHECK(Write(out));
  shutdown(socket_, SHUT_RDWR);
}

FastCgiAnswer FastCgiClient::Receive() {
  FastCgiAnswer answer;
  FCGI_Header header{};
  while (Read(reinterpret_cast<char*>(&header), sizeof header)) {
    std::string content(
        static_cast<std::size_t>(header.contentLengthB1 << 8 | header.contentLengthB0), '\0');
    std::string padding(header.paddingLength, '\0');
    if (!Read(content.data(), content.size()) || !Read(padding.data(), padding.size())) break;
    if (header.type == FCGI_STDOUT) answer.output += content;
    if (header.type == FCGI_END_REQUEST) {
      answer.ended = answer.connected = true;
      break;
    }
  }
  return answer;
}

FastCgiAnswer FastCgiClient::Get(const std::string& target) {
  if (!Send({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", target}})) return {};
  return Receive();
}

bool FastCgiClient::Write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool FastCgiClient::Read(char* to, std::size_t count) const {
  return count == 0 || recv(socket_, to, count, MSG_WAITALL) == static_cast<ssize_t>(count);
}

}  // namespace yundisk::test
