// The yardstick for our endpoints: the least a FastCGI program over libfcgi can do.
//
//   spawn-fcgi -s SOCKET -n -- bench_echo THREADS
//
// Answers /.../<n> with n bytes (at most kMaxBodyBytes), from a fixed buffer, on THREADS threads
// that share the listening socket on descriptor 0. No logging, no metrics, no parsing beyond the
// number.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcgiapp.h>

namespace {

constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;
constexpr int kMaxThreads = 1024;

std::size_t NumberAfterLastSlash(const char* uri) {
  if (uri == nullptr) return 0;
  std::string_view text(uri);
  text.remove_prefix(std::min(text.rfind('/') + 1, text.size()));
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::min(number, kMaxBodyBytes);
}

void Answer(FCGX_Request& request, std::string_view filler) {
  const std::size_t size = NumberAfterLastSlash(FCGX_GetParam("REQUEST_URI", request.envp));
  char head[96];
  const int head_size =
      std::snprintf(head, sizeof head,
                    "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", size);
  FCGX_PutStr(head, head_size, request.out);
  FCGX_PutStr(filler.data(), static_cast<int>(size), request.out);
}

void Serve(std::string_view filler) {
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) {
    Answer(request, filler);
    FCGX_Finish_r(&request);
  }
}

int ParseThreads(std::string_view text) {
  int threads = 0;
  std::from_chars(text.data(), text.data() + text.size(), threads);
  return threads;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 2 ? ParseThreads(argv[1]) : 0;
  if (threads < 1 || threads > kMaxThreads) {
    std::fprintf(stderr, "usage: spawn-fcgi -s SOCKET -n -- bench_echo THREADS (1 to %d)\n",
                 kMaxThreads);
    return 2;
  }
  FCGX_Init();
  const std::string filler(kMaxBodyBytes, 'x');
  std::vector<std::jthread> pool;
  for (int i = 0; i < threads; ++i) pool.emplace_back([&filler] { Serve(filler); });
}
