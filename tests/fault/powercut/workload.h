// Uploads, adoptions and deletes from several connections, and what was acknowledged of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "common/base/bytes.h"
#include "common/base/guarded.h"
#include "common/base/result.h"
#include "storage_core/client/connection.h"

namespace yundisk::powercut {

class Workload {
 public:
  // `spool` lies on the disk whose power will be cut.
  Workload(std::string address, std::string spool, std::uint64_t seed)
      : address_(std::move(address)), spool_(std::move(spool)), seed_(seed) {}

  // Until `stop`, or the storage is gone.
  void Run(const std::atomic<bool>& stop);
  // Only takes over files that are durable already: nothing but the storage's own syncs brings
  // anything to the disk then, so that a missing one shows.
  void AdoptOnly();
  // Reads everything that was acknowledged; tells what is not as it must be, one line each.
  Result<std::string> Check() const;

  std::size_t acknowledged() const;

 private:
  struct Object {
    std::uint64_t content;  // what its bytes are made from
    std::size_t size_bytes;
  };
  struct Acknowledged {
    std::map<std::string, Object> stored;
    std::set<std::string> deleted;
  };

  void RunClient(std::uint64_t number, const std::atomic<bool>& stop);
  Result<void> Upload(client::Connection& connection, const std::string& id, const Object& object);
  // Takes over the spooled file of that id.
  Result<void> Adopt(client::Connection& connection, const std::string& id, const Object& object);
  std::string SpoolName(const Object& object) const;
  Result<void> Delete(client::Connection& connection, const std::string& id);

  const std::string address_;
  const std::string spool_;
  std::uint64_t seed_;
  std::atomic<std::uint64_t> next_{1};
  mutable Guarded<Acknowledged> acknowledged_;
};

}  // namespace yundisk::powercut
