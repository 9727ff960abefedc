// Where the trackers and ID servers are: those of the configuration, and those that trackers tell
// of besides (command 19), so that a program that runs learns of new ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/guarded.h"

namespace yundisk::client {

// A host of a service other than the storages.
struct ServiceHost {
  std::uint32_t number = 0;  // which service
  std::string name;
  std::string address;  // "host:port"
  std::uint32_t weight = 1;

  bool operator==(const ServiceHost&) const = default;
};

// The lines "service ..." of a tracker's answer. Ignores lines and fields it does not know.
std::vector<ServiceHost> ParseServices(std::string_view lines);

// Thread-safe.
class KnownServices {
 public:
  KnownServices(std::vector<std::string> trackers, std::vector<std::string> id_servers);

  // "host:port"; the configured ones first.
  std::vector<std::string> trackers() const;
  std::vector<std::string> id_servers() const;

  // What a tracker tells replaces what was told before; the configured ones stay. An answer without
  // a tracker is that of one that could not read the table yet, and changes nothing.
  void Learn(std::string_view lines);

 private:
  struct Lists {
    std::vector<std::string> trackers;
    std::vector<std::string> id_servers;
  };
  const Lists configured_;
  mutable Guarded<Lists> known_;
};

}  // namespace yundisk::client
