#include "tests/support/test_request.h"

#include <algorithm>
#include <cctype>

namespace yundisk::test {
namespace {

class TextReader final : public fcgi::BodyReader {
 public:
  explicit TextReader(std::string_view text) : rest_(AsBytes(text)) {}

  Result<std::size_t> Read(MutableByteView buffer) override {
    const std::size_t count = std::min(buffer.size(), rest_.size());
    std::ranges::copy(rest_.first(count), buffer.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  ByteView rest_;
};

}  // namespace

TestRequest::TestRequest(RequestValues values) : values_(std::move(values)) {
  Param("REQUEST_METHOD", values_.method);
  Param("REQUEST_URI", values_.target);
  Param("REMOTE_ADDR", values_.remote_address);
  if (values_.is_tls) Param("HTTPS", "on");
  if (!values_.content_length && !values_.body.empty())
    values_.content_length = values_.body.size();
  if (values_.content_length) Param("CONTENT_LENGTH", std::to_string(*values_.content_length));
}

TestRequest TestRequest::Json(std::string method, std::string target, std::string body) {
  TestRequest made(
      {.method = std::move(method), .target = std::move(target), .body = std::move(body)});
  made.Header("content-type", "application/json");
  return made;
}

TestRequest& TestRequest::Header(std::string_view lower_case_name, std::string_view value) {
  std::string name = lower_case_name.starts_with("content-") ? "" : "HTTP_";
  for (const char c : lower_case_name)
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return Param(name, value);
}

TestRequest& TestRequest::Param(std::string_view name, std::string_view value) {
  parameters_.push_back(fmt::format("{}={}", name, value));
  return *this;
}

fcgi::Request& TestRequest::request() {
  pointers_.clear();
  for (const std::string& parameter : parameters_) pointers_.push_back(parameter.c_str());
  pointers_.push_back(nullptr);
  body_ = std::make_unique<TextReader>(values_.body);
  request_ = std::make_unique<fcgi::Request>(pointers_.data(), *body_);
  return *request_;
}

}  // namespace yundisk::test
