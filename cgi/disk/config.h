// [web]: what the FastCGI programs need.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/config.h"

namespace yundisk::disk {

struct WebConfig {
  std::size_t threads = 80;  // per process; above nginx workers x keepalive
  std::chrono::seconds session_ttl{30 * 24 * 3600};
  std::string registration = "open";      // or "closed"
  std::uint64_t default_quota_bytes = 0;  // 0: none
  std::uint64_t max_upload_bytes = std::uint64_t{1} << 40;
  std::string spool_directory;  // nginx's client bodies, on the file system of the storage's data
  std::string secret_file;      // 64 hexadecimal digits, mode 0600: signs links
  std::string stamps_file;      // shared by all FastCGI programs of the machine; empty: none
  std::uint32_t password_memory_kib = 19 * 1024;  // Argon2id
  std::uint32_t password_passes = 2;              // Argon2id

  void Describe(ConfigFields& fields) {
    constexpr std::int64_t kDay = 24 * 3600;
    constexpr std::int64_t kMaxBytes = std::int64_t{1} << 60;
    fields.Integer("web.threads", threads, {1, 1024});
    fields.Duration("web.session_ttl_s", session_ttl, {60, 3650 * kDay});
    fields.OneOf("web.registration", registration, {"open", "closed"});
    fields.Integer("web.default_quota_bytes", default_quota_bytes, {0, kMaxBytes});
    fields.Integer("web.max_upload_bytes", max_upload_bytes, {1, kMaxBytes});
    fields.Text("web.spool_directory", spool_directory);
    fields.Text("web.secret_file", secret_file);
    fields.Text("web.stamps_file", stamps_file);
    // The lower bound is what libsodium accepts; the upper keeps kDerivationsAtOnce of them below
    // the 100 MiB a process may use.
    fields.Integer("web.password_memory_kib", password_memory_kib, {8, 32 * 1024});
    fields.Integer("web.password_passes", password_passes, {1, 100});
  }
};

}  // namespace yundisk::disk
