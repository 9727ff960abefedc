#include "cgi/disk/content_digest.h"

#include <isa-l/crc.h>

#include "common/base/check.h"

namespace yundisk::disk {
namespace {

// Fetched once: looking it up costs more than hashing a small content.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

ContentHasher::ContentHasher() : sha256_(EVP_MD_CTX_new()) {
  CHECK(sha256_ != nullptr && EVP_DigestInit_ex2(sha256_.get(), Sha256Algorithm(), nullptr) == 1);
}

void ContentHasher::Update(ByteView piece) {
  CHECK(EVP_DigestUpdate(sha256_.get(), piece.data(), piece.size()) == 1);
  crc32_ =
      crc32_gzip_refl(crc32_, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
}

client::Digest ContentHasher::Finish() {
  client::Digest digest{{}, crc32_};
  CHECK(EVP_DigestFinal_ex(sha256_.get(), reinterpret_cast<unsigned char*>(digest.sha256.data()),
                           nullptr) == 1);
  return digest;
}

client::Digest DigestOf(ByteView content) {
  ContentHasher hasher;
  hasher.Update(content);
  return hasher.Finish();
}

}  // namespace yundisk::disk
