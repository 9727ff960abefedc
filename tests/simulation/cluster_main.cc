// Plays whole clusters: program.h has the command line.
#include "tests/simulation/cluster_world.h"
#include "tests/simulation/program.h"

int main(int argc, char** argv) {
  namespace simulation = yundisk::simulation;
  const auto play = [](const simulation::WorldOptions& options) {
    return simulation::ClusterWorld(options).Play();
  };
  return simulation::RunSimulation(
      argc, argv,
      {"cluster_simulation", "Plays the whole storage core, its clients and its faults from seeds.",
       play, 500});
}
