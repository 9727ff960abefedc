#include "cgi/disk/entry_json.h"

#include <iterator>

#include <fmt/format.h>
#include <json/writer.h>

#include "cgi/disk/time_text.h"
#include "common/http/media_type.h"

namespace yundisk::disk {
namespace {

std::string Quoted(const std::string& text) { return Json::valueToQuotedString(text.c_str()); }

void AppendEntry(const Node& node, const std::string& path, std::string& json) {
  const std::string type =
      node.is_folder() ? "null" : fmt::format(R"("{}")", http::MediaTypeOf(node.name));
  fmt::format_to(std::back_inserter(json),
                 R"({{"id":"{}","path":{},"name":{},"kind":"{}","size":{},"type":{},)", node.id,
                 Quoted(path), Quoted(node.name), NameOf(node.kind), node.size_bytes(), type);
  if (node.content)
    fmt::format_to(std::back_inserter(json), R"("sha256":"{}",)",
                   HexFromBytes(node.content->sha256));
  fmt::format_to(std::back_inserter(json), R"("etag":{},"created_at":"{}","modified_at":"{}"}})",
                 Quoted(node.Etag()), Rfc3339(node.created_at_ms), Rfc3339(node.modified_at_ms));
}

}  // namespace

std::string EntryJson(const Node& node, const Path& path) {
  std::string json;
  AppendEntry(node, path.ToString(), json);
  return json;
}

std::string ListingJson(const Path& folder, const std::vector<Node>& entries,
                        const std::optional<std::string>& next_cursor) {
  const std::string prefix = folder.IsRoot() ? "/" : folder.ToString() + "/";
  std::string json = fmt::format(R"({{"path":{},"entries":[)", Quoted(folder.ToString()));
  for (const Node& entry : entries) {
    if (&entry != &entries.front()) json += ',';
    AppendEntry(entry, prefix + entry.name, json);
  }
  json += R"(],"next_cursor":)";
  json += next_cursor ? Quoted(*next_cursor) : "null";
  return json + "}";
}

}  // namespace yundisk::disk
