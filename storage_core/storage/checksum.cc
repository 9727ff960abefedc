#include "storage_core/storage/checksum.h"

#include <algorithm>

#include <isa-l/crc.h>
#include <openssl/evp.h>

#include "common/base/check.h"

namespace yundisk::storage {
namespace {

// Fetched once: looking the algorithm up costs as much as hashing a small object.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::uint32_t Crc32(ByteView bytes, std::uint32_t before) {
  return crc32_gzip_refl(before, reinterpret_cast<const unsigned char*>(bytes.data()),
                         bytes.size());
}

struct ContentHasher::Sha {
  Sha() : context(EVP_MD_CTX_new()) {
    CHECK(context != nullptr);
    CHECK(EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1);
  }
  ~Sha() { EVP_MD_CTX_free(context); }
  Sha(const Sha&) = delete;
  Sha& operator=(const Sha&) = delete;

  EVP_MD_CTX* context;
};

ContentHasher::ContentHasher(std::uint64_t block_bytes)
    : sha_(std::make_unique<Sha>()), block_bytes_(block_bytes) {}
ContentHasher::~ContentHasher() = default;

void ContentHasher::Update(ByteView piece) {
  CHECK(EVP_DigestUpdate(sha_->context, piece.data(), piece.size()) == 1);
  crc32_ = Crc32(piece, crc32_);
  if (block_bytes_ != 0) UpdateBlocks(piece);
}

void ContentHasher::UpdateBlocks(ByteView piece) {
  while (!piece.empty()) {
    const std::size_t taken = std::min<std::uint64_t>(piece.size(), block_bytes_ - block_filled_);
    block_crc_ = Crc32(piece.first(taken), block_crc_);
    block_filled_ += taken;
    piece = piece.subspan(taken);
    if (block_filled_ < block_bytes_) return;
    block_crcs_.push_back(block_crc_);
    block_crc_ = 0;
    block_filled_ = 0;
  }
}

Digest ContentHasher::Finish() {
  if (block_filled_ != 0) block_crcs_.push_back(block_crc_);
  Digest digest;
  digest.crc32 = crc32_;
  CHECK(EVP_DigestFinal_ex(sha_->context, reinterpret_cast<unsigned char*>(digest.sha256.data()),
                           nullptr) == 1);
  return digest;
}

}  // namespace yundisk::storage
