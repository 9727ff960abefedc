#include "storage_core/cli/url.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include <json/value.h>
#include <json/writer.h>

#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/connection.h"

namespace yundisk::cli {
namespace {

constexpr std::string_view kHttpPort = "http_port\t";
constexpr std::uint64_t kMaxLifeSeconds = 366ULL * 86'400;

// The value of the line "http_port<TAB>..." of a storage's statistics; 0 when there is none.
std::uint16_t HttpPortIn(std::string_view statistics) {
  std::size_t at = statistics.find(kHttpPort);
  while (at != std::string_view::npos && at != 0 && statistics[at - 1] != '\n')
    at = statistics.find(kHttpPort, at + 1);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = statistics.substr(at + kHttpPort.size());
  std::uint16_t port = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), port);
  return port;
}

// "http://host:port" of a storage; nothing when it is not up, or serves no HTTP.
std::optional<std::string> OriginOf(const std::string& address, const wire::Secret& secret,
                                    const client::Options& options) {
  const auto host = wire::ParseHostPort(address);
  if (!host) return std::nullopt;
  const auto connection = client::Connection::Open(address, wire::Service::kStorage, secret,
                                                   {options.connect_timeout, options.call_timeout});
  if (!connection) return std::nullopt;
  const auto statistics = (*connection)->Call(wire::Statistics{});
  if (!statistics) return std::nullopt;
  const std::uint16_t port = HttpPortIn(statistics->lines.text);
  if (port == 0) return std::nullopt;
  return "http://" + wire::ToString({host->host, port});
}

void Print(const std::vector<std::string>& urls, const Output& output) {
  if (!output.json) {
    for (const std::string& url : urls) output.out << url << '\n';
    return;
  }
  Json::Value list = Json::arrayValue;
  for (const std::string& url : urls) list.append(url);
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "";
  output.out << Json::writeString(builder, list) << '\n';
}

}  // namespace

Result<std::chrono::seconds> ParseLife(const std::string& text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  const std::uint64_t unit_s = unit.empty() || unit == "s" ? 1
                               : unit == "m"               ? 60
                               : unit == "h"               ? 3600
                               : unit == "d"               ? 86'400
                                                           : 0;
  if (error != std::errc{} || unit_s == 0 || count == 0 || count > kMaxLifeSeconds / unit_s)
    return Error::Make(Code::kBadRequest,
                       "'{}' is no time of at most 366 days such as 90s, 15m, 1h, 7d", text);
  return std::chrono::seconds(count * unit_s);
}

Result<void> Urls(client::Cluster& cluster, const client::Options& options,
                  const client::ObjectKey& key, const UrlWish& wish, const Clock& clock,
                  const Output& output) {
  if (options.secret_file.empty())
    return Error(Code::kUnauthenticated,
                 "url: the cluster's secret is needed to sign; give --config or --secret-file");
  TRY(const wire::Secret secret, wire::ReadSecretFile(options.secret_file));
  TRY(const std::chrono::seconds life, ParseLife(wish.life));
  client::ObjectUrl url;
  url.application = key.application;
  url.user = key.user;
  url.file_id = key.file_id;
  url.name = wish.name;
  url.media_type = wish.media_type;
  url.attachment = wish.attachment;
  url.head_only = wish.head_only;
  url.expires_at_s = SecondsSince1970(clock.Now()) + static_cast<std::uint64_t>(life.count());
  TRY(const std::string target, client::UrlSigner(secret).Sign(url));
  TRY(const auto addresses, cluster.Addresses(key));
  std::vector<std::string> urls;
  for (const std::string& address : addresses)
    if (const auto origin = OriginOf(address, secret, options)) urls.push_back(*origin + target);
  if (urls.empty())
    return Error::Make(Code::kUnavailable, "object {}: no storage of its group serves HTTP now",
                       key.file_id);
  Print(urls, output);
  return {};
}

}  // namespace yundisk::cli
