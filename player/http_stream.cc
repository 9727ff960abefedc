#include "player/http_stream.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "player/http_response.h"

namespace yundisk::player {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kBufferBytes = std::size_t{4} << 20;
constexpr milliseconds kConnectTimeout = seconds(10);
// Nothing arrived for this long although we wait: the connection counts as broken.
constexpr milliseconds kStallTimeout = seconds(15);
// How long a wait lasts before it looks again whether it should go on.
constexpr milliseconds kPollInterval{500};
// A broken connection is taken up again after these pauses; every byte that arrives starts the row
// anew.
constexpr std::array kRetryPauses{milliseconds(0), milliseconds(500), milliseconds(1000),
                                  milliseconds(2000), milliseconds(4000)};

constexpr long kPartialContent = 206;
constexpr long kNotFoundStatus = 404;
constexpr long kGoneStatus = 410;
constexpr long kRangeNotSatisfiable = 416;

// Fails only for want of memory, or in a libcurl too old to build against.
template <typename T>
void Set(CURL* easy, CURLoption option, T value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) std::abort();
}

StreamProblem ProblemOfStatus(long status) {
  if (status == 200 || status == kPartialContent) return StreamProblem::kNone;
  if (status == kGoneStatus) return StreamProblem::kExpired;
  if (status == kNotFoundStatus) return StreamProblem::kNotFound;
  if (status >= 300 && status < 400) return StreamProblem::kRedirected;
  if (status >= 400 && status < 500) return StreamProblem::kRefused;
  return status >= 500 ? StreamProblem::kServer : StreamProblem::kUnsuitable;
}

StreamProblem ProblemOfTransport(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return StreamProblem::kNoSuchHost;
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT: return StreamProblem::kUnreachable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE: return StreamProblem::kCertificate;
    default: return StreamProblem::kInterrupted;
  }
}

// Whether asking again can help, once the file was there.
bool MayPass(StreamProblem problem) {
  return problem == StreamProblem::kNoSuchHost || problem == StreamProblem::kUnreachable ||
         problem == StreamProblem::kInterrupted || problem == StreamProblem::kServer;
}

}  // namespace

class HttpStream::Transfer {
 public:
  explicit Transfer(std::string url);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Until so many bytes are in the buffer, or the file ends. False after a problem.
  bool Fill(std::size_t wanted);
  std::span<const std::byte> buffered() const { return std::span(buffer_).subspan(taken_); }
  void Take(std::size_t count);
  bool Seek(std::uint64_t offset);
  std::optional<std::uint64_t> size_bytes() const { return size_bytes_; }

  void Cancel();
  StreamProblem problem() const { return problem_; }

 private:
  static std::size_t OnHeader(char* data, std::size_t, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t, std::size_t count, void* self);

  void Start();
  void Stop();
  void Drive();
  bool TakeHead();
  std::size_t TakeBody(std::string_view data);
  void Finish(CURLcode code);
  void Fail(StreamProblem problem);
  bool IsSameFile() const;
  bool IsAtEnd() const;
  std::uint64_t fetched() const { return position_ + buffered().size(); }

  const std::string url_;
  CURLM* const multi_;
  CURL* const easy_;

  std::uint64_t position_ = 0;     // of the first byte in the buffer
  std::vector<std::byte> buffer_;  // what was fetched; the first `taken_` bytes are gone already
  std::size_t taken_ = 0;

  bool running_ = false;
  bool paused_ = false;  // the buffer is full
  bool ended_ = false;   // the server sent everything, and had not said how much that would be
  bool head_taken_ = false;
  std::uint64_t asked_from_ = 0;
  HttpResponse response_;
  StreamProblem head_problem_ = StreamProblem::kNone;
  Clock::time_point last_progress_;
  std::size_t failures_ = 0;  // in a row

  // Of the file; known after the first answer.
  bool opened_ = false;
  std::string etag_;
  std::optional<std::uint64_t> size_bytes_;

  std::atomic<StreamProblem> problem_ = StreamProblem::kNone;
};

HttpStream::Transfer::Transfer(std::string url)
    : url_(std::move(url)), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (multi_ == nullptr || easy_ == nullptr) std::abort();
  buffer_.reserve(kBufferBytes);
  Set(easy_, CURLOPT_URL, url_.c_str());
  Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy_, CURLOPT_PATH_AS_IS, 1L);
  Set(easy_, CURLOPT_NOSIGNAL, 1L);
  Set(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(kConnectTimeout.count()));
  Set(easy_, CURLOPT_USERAGENT, "yundisk-player");
  Set(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy_, CURLOPT_HEADERDATA, this);
  Set(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy_, CURLOPT_WRITEDATA, this);
}

HttpStream::Transfer::~Transfer() {
  Stop();
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

bool HttpStream::Transfer::Fill(std::size_t wanted) {
  wanted = std::min(wanted, kBufferBytes);
  last_progress_ = Clock::now();
  while (problem_ == StreamProblem::kNone && buffered().size() < wanted && !IsAtEnd()) {
    if (running_) {
      Drive();
    } else {
      Start();
    }
  }
  return problem_ == StreamProblem::kNone;
}

void HttpStream::Transfer::Take(std::size_t count) {
  taken_ += count;
  position_ += count;
  // Moving the rest to the front is worth it once more was taken than is left.
  if (taken_ < buffer_.size() - taken_) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

bool HttpStream::Transfer::Seek(std::uint64_t offset) {
  if (size_bytes_ && offset > *size_bytes_) return false;
  if (offset >= position_ && offset <= fetched()) {
    Take(static_cast<std::size_t>(offset - position_));
    return true;
  }
  Stop();
  buffer_.clear();
  taken_ = 0;
  position_ = offset;
  ended_ = false;
  return true;
}

void HttpStream::Transfer::Cancel() {
  problem_ = StreamProblem::kCancelled;
  curl_multi_wakeup(multi_);
}

void HttpStream::Transfer::Start() {
  if (failures_ > 0) {
    const auto pause = kRetryPauses[failures_ - 1];
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(pause.count()), nullptr);
    if (problem_ != StreamProblem::kNone) return;
  }
  asked_from_ = fetched();
  response_ = HttpResponse();
  head_problem_ = StreamProblem::kNone;
  head_taken_ = false;
  paused_ = false;
  Set(easy_, CURLOPT_RANGE, (std::to_string(asked_from_) + "-").c_str());
  if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) std::abort();
  running_ = true;
  last_progress_ = Clock::now();
}

void HttpStream::Transfer::Stop() {
  if (running_) curl_multi_remove_handle(multi_, easy_);
  running_ = false;
}

void HttpStream::Transfer::Drive() {
  const auto before = fetched();
  if (paused_) {
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  int active = 0;
  curl_multi_perform(multi_, &active);
  int left = 0;
  if (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    Finish(message->data.result);
  } else if (fetched() > before) {
    last_progress_ = Clock::now();
    failures_ = 0;
  } else if (Clock::now() - last_progress_ > kStallTimeout) {
    Stop();
    Fail(StreamProblem::kInterrupted);
  } else {
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(kPollInterval.count()), nullptr);
  }
}

std::size_t HttpStream::Transfer::OnHeader(char* data, std::size_t, std::size_t count, void* self) {
  static_cast<Transfer*>(self)->response_.TakeLine({data, count});
  return count;
}

std::size_t HttpStream::Transfer::OnBody(char* data, std::size_t, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->TakeBody({data, count});
}

std::size_t HttpStream::Transfer::TakeBody(std::string_view data) {
  if (!head_taken_ && !TakeHead()) return 0;
  if (buffered().size() + data.size() > kBufferBytes) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  const auto bytes = std::as_bytes(std::span(data));
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return data.size();
}

// Once per answer: is it the part of the file that was asked for?
bool HttpStream::Transfer::TakeHead() {
  head_taken_ = true;
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  const bool empty_file = status == kRangeNotSatisfiable && asked_from_ == 0;
  head_problem_ = empty_file ? StreamProblem::kNone : ProblemOfStatus(status);
  if (head_problem_ != StreamProblem::kNone) return false;
  if (status == kPartialContent) {
    if (response_.range_start != asked_from_) head_problem_ = StreamProblem::kUnsuitable;
  } else if (asked_from_ != 0) {
    head_problem_ = StreamProblem::kUnsuitable;  // it does not know ranges
  }
  if (opened_ && !IsSameFile()) head_problem_ = StreamProblem::kChanged;
  if (head_problem_ != StreamProblem::kNone) return false;
  if (!opened_) {
    opened_ = true;
    etag_ = response_.etag;
    size_bytes_ = status == kPartialContent ? response_.range_total : response_.content_length;
    if (empty_file) size_bytes_ = 0;
  }
  return !empty_file;
}

bool HttpStream::Transfer::IsSameFile() const {
  return response_.etag == etag_ &&
         (!response_.range_total || response_.range_total == size_bytes_);
}

void HttpStream::Transfer::Finish(CURLcode code) {
  Stop();
  if (code == CURLE_OK && !head_taken_) TakeHead();
  if (head_problem_ != StreamProblem::kNone) return Fail(head_problem_);
  if (IsAtEnd()) return;
  if (code != CURLE_OK) return Fail(ProblemOfTransport(code));
  if (size_bytes_) return Fail(StreamProblem::kInterrupted);
  ended_ = true;
}

void HttpStream::Transfer::Fail(StreamProblem problem) {
  if (opened_ && MayPass(problem) && failures_++ < kRetryPauses.size()) return;
  auto none = StreamProblem::kNone;  // a cancellation stays one
  problem_.compare_exchange_strong(none, problem);
}

bool HttpStream::Transfer::IsAtEnd() const {
  return ended_ || (size_bytes_ && fetched() >= *size_bytes_);
}

HttpStream::HttpStream(std::string url) : transfer_(std::make_unique<Transfer>(std::move(url))) {}
HttpStream::~HttpStream() = default;

bool HttpStream::Open() { return transfer_->Fill(1); }

std::optional<std::uint64_t> HttpStream::size_bytes() const { return transfer_->size_bytes(); }

std::span<const std::byte> HttpStream::Peek(std::size_t wanted) {
  if (!transfer_->Fill(wanted)) return {};
  return transfer_->buffered().first(std::min(wanted, transfer_->buffered().size()));
}

std::optional<std::size_t> HttpStream::Read(std::span<std::byte> into) {
  if (!transfer_->Fill(1)) return std::nullopt;
  const auto count = std::min(into.size(), transfer_->buffered().size());
  std::ranges::copy(transfer_->buffered().first(count), into.begin());
  transfer_->Take(count);
  return count;
}

bool HttpStream::Seek(std::uint64_t offset) { return transfer_->Seek(offset); }

void HttpStream::Cancel() { transfer_->Cancel(); }

StreamProblem HttpStream::problem() const { return transfer_->problem(); }

}  // namespace yundisk::player
