#include "common/base/config.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include <toml++/toml.h>

namespace yundisk {
namespace {

constexpr std::array<std::string_view, 10> kTables{"cluster",   "database", "redis", "log",
                                                   "metrics",   "web",      "files", "tracker",
                                                   "id_server", "storage"};

std::string Shown(const toml::node& node) {
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  return text.str();
}

}  // namespace

struct ConfigFile::Document {
  std::string path;
  toml::table root;
};

namespace {

// Reads values out of the document and remembers the first mistake and every name that was asked
// for.
class DocumentFields final : public ConfigFields {
 public:
  DocumentFields(const std::string& path, const toml::table& root, std::string_view instance)
      : path_(path), root_(root), instance_(instance) {}

  using ConfigFields::Integer;

  void Integer(std::string_view name, std::int64_t& value, IntegerRange range) override {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    const auto number = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
    if (number && *number >= range.min && *number <= range.max)
      value = *number;
    else
      Reject(name, *node, fmt::format("a whole number from {} to {}", range.min, range.max));
  }

  void Boolean(std::string_view name, bool& value) override {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    if (node->is_boolean())
      value = node->value_or(value);
    else
      Reject(name, *node, "true or false");
  }

  void Text(std::string_view name, std::string& value) override {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    if (node->is_string())
      value = node->value_or(std::string());
    else
      Reject(name, *node, "a text in quotes");
  }

  void OneOf(std::string_view name, std::string& value,
             const std::vector<std::string_view>& allowed) override {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    const auto text = node->is_string() ? node->value<std::string>() : std::nullopt;
    if (text && std::ranges::find(allowed, *text) != allowed.end())
      value = *text;
    else
      Reject(name, *node, fmt::format("one of {}", fmt::join(allowed, ", ")));
  }

  void TextList(std::string_view name, std::vector<std::string>& value) override {
    const toml::node* node = Find(name);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    const auto is_text = [](const toml::node& element) { return element.is_string(); };
    if (array == nullptr || !std::ranges::all_of(*array, is_text))
      return Reject(name, *node, "a list of texts in quotes");
    value.clear();
    for (const toml::node& element : *array) value.push_back(element.value_or(std::string()));
  }

  Result<void> Verdict() const {
    if (mistake_) return *mistake_;
    for (const auto& [key, node] : root_) TRY_VOID(CheckTable(key.str(), node));
    return {};
  }

 private:
  // The instance's own sub-table comes before the table.
  const toml::node* Find(std::string_view name) {
    const std::size_t dot = name.find('.');
    CHECK(dot != std::string_view::npos);
    const std::string_view table = name.substr(0, dot);
    const std::string_view key = name.substr(dot + 1);
    tables_.emplace(table);
    asked_.emplace(name);
    if (!instance_.empty())
      if (const toml::node* own = root_[table][instance_][key].node()) return own;
    return root_[table][key].node();
  }

  void Reject(std::string_view name, const toml::node& node, std::string_view allowed) {
    if (mistake_) return;
    mistake_ = Error::Make(Code::kBadRequest, "{}: {} is {}, but must be {}", path_, name,
                           Shown(node), allowed);
  }

  Result<void> CheckTable(std::string_view table, const toml::node& node) const {
    if (std::ranges::find(kTables, table) == kTables.end())
      return Error::Make(Code::kBadRequest, "{}: there is no table [{}]", path_, table);
    const toml::table* content = node.as_table();
    if (content == nullptr)
      return Error::Make(Code::kBadRequest, "{}: [{}] must be a table", path_, table);
    if (!tables_.contains(table)) return {};  // the programs that read it check it
    for (const auto& [key, value] : *content) TRY_VOID(CheckKey(table, key.str(), value));
    return {};
  }

  Result<void> CheckKey(std::string_view table, std::string_view key,
                        const toml::node& value) const {
    if (const toml::table* instance = value.as_table()) {
      for (const auto& [own_key, own_value] : *instance)
        TRY_VOID(CheckKey(table, own_key.str(), own_value));
      return {};
    }
    if (asked_.contains(fmt::format("{}.{}", table, key))) return {};
    return Error::Make(Code::kBadRequest, "{}: there is no setting {}.{} (line {})", path_, table,
                       key, value.source().begin.line);
  }

  const std::string& path_;
  const toml::table& root_;
  std::string_view instance_;
  std::set<std::string, std::less<>> tables_;
  std::set<std::string, std::less<>> asked_;
  std::optional<Error> mistake_;
};

}  // namespace

ConfigFile::ConfigFile(std::unique_ptr<Document> document) : document_(std::move(document)) {}
ConfigFile::~ConfigFile() = default;
ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile& ConfigFile::operator=(ConfigFile&&) noexcept = default;

Result<ConfigFile> ConfigFile::Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error::FromErrno(errno, fmt::format("reading the configuration {}", path));
  std::ostringstream text;
  text << file.rdbuf();
  return Parse(text.str(), path);
}

Result<ConfigFile> ConfigFile::Parse(std::string_view toml_text,
                                     const std::string& path_for_messages) {
  try {
    return ConfigFile(std::make_unique<Document>(
        Document{path_for_messages, toml::parse(toml_text, path_for_messages)}));
  } catch (const toml::parse_error& error) {
    return Error::Make(Code::kBadRequest, "{}: line {}: {}", path_for_messages,
                       error.source().begin.line, error.description());
  }
}

std::unique_ptr<ConfigFields> ConfigFile::Fields(std::string_view instance) const {
  return std::make_unique<DocumentFields>(document_->path, document_->root, instance);
}

Result<void> ConfigFile::Finish(ConfigFields& fields) const {
  return static_cast<DocumentFields&>(fields).Verdict();
}

}  // namespace yundisk
