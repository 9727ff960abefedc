// SHA-256 and CRC-32 (the IEEE polynomial) of a content, in one pass. Bound to one thread.
#pragma once

#include <cstdint>
#include <memory>

#include <openssl/evp.h>

#include "common/base/bytes.h"
#include "storage_core/client/cluster.h"

namespace yundisk::disk {

class ContentHasher {
 public:
  ContentHasher();
  void Update(ByteView piece);
  // Once, at the end.
  client::Digest Finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> sha256_;
  std::uint32_t crc32_ = 0;
};

client::Digest DigestOf(ByteView content);

}  // namespace yundisk::disk
