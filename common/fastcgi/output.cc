#include "common/fastcgi/output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include <fastcgi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "common/fastcgi/server.h"

namespace yundisk::fcgi {
namespace {

bool WaitWritable(int socket) {
  pollfd waiting{socket, POLLOUT, 0};
  const auto timeout = std::chrono::milliseconds(kWriteTimeout).count();
  for (;;) {
    const int ready = poll(&waiting, 1, static_cast<int>(timeout));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

// Takes `count` bytes off the front.
void Advance(std::array<iovec, 2>& parts, std::size_t count) {
  for (iovec& part : parts) {
    const std::size_t taken = std::min(count, part.iov_len);
    part.iov_base = static_cast<char*>(part.iov_base) + taken;
    part.iov_len -= taken;
    count -= taken;
  }
}

bool SendAll(int socket, std::array<iovec, 2> parts) {
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
      Advance(parts, static_cast<std::size_t>(sent));
    else if (errno == EAGAIN ? !WaitWritable(socket) : errno != EINTR)
      return false;
  }
  return true;
}

}  // namespace

bool Output::Write(std::string_view piece) {
  if (piece.size() < kDirectBytes)
    return FCGX_PutStr(piece.data(), static_cast<int>(piece.size()), request_.out) >= 0;
  if (FCGX_FFlush(request_.out) != 0) return false;
  while (!piece.empty()) {
    const std::string_view content = piece.substr(0, kRecordBytes);
    if (!WriteRecord(content)) return false;
    piece.remove_prefix(content.size());
  }
  return true;
}

bool Output::WriteRecord(std::string_view content) {
  const auto id = static_cast<unsigned>(request_.requestId);
  FCGI_Header header{};
  header.version = FCGI_VERSION_1;
  header.type = FCGI_STDOUT;
  header.requestIdB1 = static_cast<unsigned char>(id >> 8);
  header.requestIdB0 = static_cast<unsigned char>(id);
  header.contentLengthB1 = static_cast<unsigned char>(content.size() >> 8);
  header.contentLengthB0 = static_cast<unsigned char>(content.size());
  return SendAll(request_.ipcFd, {iovec{&header, sizeof header},
                                  iovec{const_cast<char*>(content.data()), content.size()}});
}

void Output::Break() { shutdown(request_.ipcFd, SHUT_RDWR); }

}  // namespace yundisk::fcgi
