// The frame of every program: --config FILE [--instance NAME], the log, and what a failed start
// says.
//
//   int main(int argc, char** argv) {
//     return yundisk::RunProgram(argc, argv, {"trackerd", "Knows which storages live."},
//     yundisk::tracker::Run);
//   }
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/config.h"
#include "common/base/result.h"

namespace yundisk {

// An option of one program's own, such as "--create-admin", with a value.
struct ProgramOption {
  std::string name;
  std::string* value;  // borrowed; untouched when the option is absent
  std::string description;
};

struct ProgramInfo {
  std::string name;
  std::string description;
  std::vector<ProgramOption> options = {};
};

// Reads the configuration, starts the log as [log] says, and calls `run(file, instance)`. An error
// goes to the log and makes the exit code 1; a wrong command line makes it 2.
int RunProgram(
    int argc, char** argv, const ProgramInfo& info,
    const std::function<Result<void>(const ConfigFile& file, const std::string& instance)>& run);

}  // namespace yundisk
