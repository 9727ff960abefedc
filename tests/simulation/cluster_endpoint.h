// One client of a ClusterWorld: a machine with the endpoints' client on it.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/cluster_world.h"

namespace yundisk::simulation {

inline constexpr std::uint32_t kClients = 4;
inline constexpr std::uint32_t kOperationsPerClient = 25;
inline constexpr std::uint32_t kNemesis = 100;  // as an actor

struct ClusterWorld::Endpoint {
  Endpoint(ClusterWorld& world, std::uint32_t which)
      : number(which),
        machine("10.3.0." + std::to_string(which)),
        network(world.network_, world.scheduler_, world.clock_, machine),
        clock(world.clock_),
        environment{network, clock, random},
        options(OptionsIn(world)),
        cluster(options, environment) {}

  static client::Options OptionsIn(const ClusterWorld& world) {
    client::Options options;
    options.trackers = world.rules_.trackers;
    options.id_servers = world.id_servers_;
    options.id_block = world.id_block_;
    // A thread of the client would stand outside of the simulated time.
    options.learn_every = std::chrono::milliseconds(0);
    return options;
  }

  std::uint32_t number;
  std::string machine;
  BlockingNetwork network;
  SeededRandom random{number};
  MachineClock clock;
  client::Environment environment;
  client::Options options;
  client::Cluster cluster;
};

}  // namespace yundisk::simulation
