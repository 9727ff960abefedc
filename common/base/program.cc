#include "common/base/program.h"

#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "common/base/out_of_memory.h"
#include "common/base/shared_config.h"

namespace yundisk {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Arguments {
  std::string config_path;
  std::string instance;
};

// Each connection is an open file, and each volume of a storage.
void RaiseFileLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) LogWarning("the limit of open files stays low");
}

Result<void> Start(const Arguments& arguments, const ProgramInfo& info,
                   const std::function<Result<void>(const ConfigFile&, const std::string&)>& run) {
  TRY(const ConfigFile file, ConfigFile::Read(arguments.config_path));
  TRY(const LogConfig log, file.Load<LogConfig>());
  TRY(const LogLevel level, ParseLogLevel(log.level));
  StartLog(info.name, level);
  return run(file, arguments.instance);
}

}  // namespace

int RunProgram(int argc, char** argv, const ProgramInfo& info,
               const std::function<Result<void>(const ConfigFile&, const std::string&)>& run) {
  EndWhenOutOfMemory();
  CLI::App app(info.description, info.name);
  Arguments arguments;
  app.add_option("--config", arguments.config_path, "The configuration file")->required();
  app.add_option("--instance", arguments.instance, "Whose sub-tables of the file override");
  for (const ProgramOption& option : info.options)
    app.add_option(option.name, *option.value, option.description);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return app.exit(error) == 0 ? 0 : kUsage; }
  StartLog(info.name, LogLevel::kInfo);
  RaiseFileLimit();
  if (auto done = Start(arguments, info, run); !done) {
    LogError("{}", done.error().message());
    return kFailed;
  }
  return 0;
}

}  // namespace yundisk
