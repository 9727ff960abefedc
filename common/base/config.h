// Configuration: one TOML file a machine, one table a program, one struct with defaults a program.
//
// A program describes its struct once; the same description reads the file, checks every value and
// refuses what it does not know:
//
//   struct Config {
//     std::uint16_t port = 21000;
//     void Describe(ConfigFields& f) {
//       f.Integer("tracker.port", port, {1, 65535});
//     }
//   };
//   TRY(auto file, ConfigFile::Read(path));
//   TRY(Config config, file.Load<Config>());
//
// A struct describes a table whole: an unknown key in any table the description touches is an
// error, and so is an unknown table or a bad value; the message names the file, the key, the value
// and what is allowed. Tables that several programs share have one struct each (shared_config.h and
// beside the code they configure), to be loaded on its own or nested: `void Describe(ConfigFields&
// f) { log.Describe(f); ... }`.
//
// A sub-table named after the instance overrides its parent: with --instance 1b, [storage.1b] beats
// [storage].
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace yundisk {

struct IntegerRange {
  std::int64_t min;
  std::int64_t max;
};

// What a description is told; it collects the first error and the names it was asked for.
class ConfigFields {
 public:
  virtual ~ConfigFields() = default;
  // Names are "table.key". An absent key leaves the default.
  virtual void Integer(std::string_view name, std::int64_t& value, IntegerRange range) = 0;
  virtual void Boolean(std::string_view name, bool& value) = 0;
  virtual void Text(std::string_view name, std::string& value) = 0;
  virtual void OneOf(std::string_view name, std::string& value,
                     const std::vector<std::string_view>& allowed) = 0;
  virtual void TextList(std::string_view name, std::vector<std::string>& value) = 0;

  template <typename T>
  void Integer(std::string_view name, T& value, IntegerRange range) {
    auto wide = static_cast<std::int64_t>(value);
    Integer(name, wide, range);
    value = static_cast<T>(wide);
  }
  // In the file: a whole number; the unit is the last word of the name (_ms, _s).
  template <typename Rep, typename Period>
  void Duration(std::string_view name, std::chrono::duration<Rep, Period>& value,
                IntegerRange range) {
    auto count = static_cast<std::int64_t>(value.count());
    Integer(name, count, range);
    value = std::chrono::duration<Rep, Period>(count);
  }
};

class ConfigFile {
 public:
  static Result<ConfigFile> Read(const std::string& path);
  static Result<ConfigFile> Parse(std::string_view toml, const std::string& path_for_messages);
  ~ConfigFile();
  ConfigFile(ConfigFile&&) noexcept;
  ConfigFile& operator=(ConfigFile&&) noexcept;

  // `instance`: empty, or the name of the sub-tables that override.
  template <typename T>
  Result<T> Load(std::string_view instance = "") const {
    T config;
    auto fields = Fields(instance);
    config.Describe(*fields);
    TRY_VOID(Finish(*fields));
    return config;
  }

 private:
  struct Document;
  explicit ConfigFile(std::unique_ptr<Document> document);
  std::unique_ptr<ConfigFields> Fields(std::string_view instance) const;
  Result<void> Finish(ConfigFields& fields) const;

  std::unique_ptr<Document> document_;
};

}  // namespace yundisk
