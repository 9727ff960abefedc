// The way of a response's bytes to the web server. Internal to common/fastcgi; bound to the thread
// of its request.
#pragma once

#include <string_view>

#include <fcgiapp.h>

namespace yundisk::fcgi {

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
