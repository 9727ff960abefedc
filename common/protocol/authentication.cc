#include "common/protocol/authentication.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/hmac.h"

namespace yundisk::wire {
namespace {

constexpr std::string_view kServerLabel = "server";
constexpr std::string_view kClientLabel = "client";
constexpr std::string_view kPacketLabel = "packet";
constexpr std::size_t kLabelBytes = 6;
constexpr std::size_t kMaxSecretFileBytes = 256;
constexpr mode_t kOthersMayTouch = 077;

Proof LabelledProof(const Secret& secret, std::string_view label, const Nonces& nonces) {
  std::array<std::byte, kLabelBytes + 2 * sizeof(Nonce)> message;
  CHECK(label.size() == kLabelBytes);
  auto end = std::ranges::copy(AsBytes(label), message.begin()).out;
  end = std::ranges::copy(nonces.client, end).out;
  std::ranges::copy(nonces.server, end);
  return HmacSha256(secret, message);
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error Cannot(const std::string& path, std::string_view why) {
  return Error::Make(Code::kUnauthenticated, "secret file {}: {}", path, why);
}

}  // namespace

Proof ServerProof(const Secret& secret, const Nonces& nonces) {
  return LabelledProof(secret, kServerLabel, nonces);
}

Proof ClientProof(const Secret& secret, const Nonces& nonces) {
  return LabelledProof(secret, kClientLabel, nonces);
}

Proof PacketProof(const Secret& secret, ByteView packet) {
  const ByteView label = AsBytes(kPacketLabel);
  Bytes message(label.begin(), label.end());
  message.insert(message.end(), packet.begin(), packet.end());
  return HmacSha256(secret, message);
}

bool SameProof(const Proof& a, const Proof& b) { return SameSecret(a, b); }

Result<Secret> ParseSecret(std::string_view hex) {
  constexpr std::string_view kSpace = " \t\r\n";
  hex.remove_prefix(std::min(hex.find_first_not_of(kSpace), hex.size()));
  hex = hex.substr(0, hex.find_last_not_of(kSpace) + 1);
  const auto bytes = BytesFromHex(hex);
  Secret secret;
  if (!bytes || bytes->size() != secret.size())
    return Error(Code::kBadRequest, "a cluster secret is 64 hexadecimal digits");
  std::ranges::copy(*bytes, secret.begin());
  return secret;
}

Result<Secret> ReadSecretFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Error::FromErrno(errno, "secret file " + path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return Error::FromErrno(errno, "secret file " + path);
  if ((status.st_mode & kOthersMayTouch) != 0)
    return Cannot(path, "others than its owner may read it; chmod 600 it");
  std::array<char, kMaxSecretFileBytes> text;
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return Error::FromErrno(errno, "secret file " + path);
  auto secret = ParseSecret(std::string_view(text.data(), static_cast<std::size_t>(size)));
  if (!secret) return Cannot(path, secret.error().message());
  return secret;
}

Result<std::optional<Secret>> ClusterSecret(const ClusterConfig& config) {
  if (config.auth == "none") return std::optional<Secret>();
  TRY(const Secret secret, ReadSecretFile(config.secret_file));
  return std::optional(secret);
}

}  // namespace yundisk::wire
