// The way of a response's bytes to the web server. Internal to common/fastcgi; bound to the thread
// of its request.
#pragma once

#include <string_view>

#include <fcgiapp.h>

namespace yundisk::fcgi {

inline constexpr std::size_t kDirectBytes = 8 * 1024;  // pieces from here on are not copied
inline constexpr std::size_t kRecordBytes = 65528;     // the largest record that needs no padding

class Output {
 public:
  explicit Output(FCGX_Request& request) : request_(request) {}

  // False when the client is gone or took nothing for kWriteTimeout. Small pieces are gathered;
  // large ones go straight from the caller's memory to the socket, because libfcgi would copy them
  // through a buffer of 8 KiB and make as many system calls.
  bool Write(std::string_view piece);
  // Ends the connection short of the response's length, so that nobody takes it for whole.
  void Break();

 private:
  bool WriteRecord(std::string_view content);

  FCGX_Request& request_;
};

}  // namespace yundisk::fcgi
