// Plays worlds of one storage: program.h has the command line.
#include "tests/simulation/program.h"
#include "tests/simulation/storage_world.h"

int main(int argc, char** argv) {
  namespace simulation = yundisk::simulation;
  const auto play = [](const simulation::WorldOptions& options) {
    return simulation::StorageWorld(options).Play();
  };
  return simulation::RunSimulation(
      argc, argv,
      {"storage_simulation", "Plays one storage, its clients and its crashes from seeds.", play,
       5000});
}
