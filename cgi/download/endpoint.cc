#include "cgi/download/endpoint.h"

#include <chrono>
#include <string>
#include <utility>

#include <json/value.h>

#include "cgi/disk/request_fields.h"
#include "cgi/disk/time_text.h"
#include "cgi/download/file_response.h"
#include "common/fastcgi/json_body.h"
#include "common/http/percent.h"
#include "common/http/response_fields.h"

namespace yundisk::download {
namespace {

using disk::NodePointer;
using disk::OwnerOf;
using disk::Path;
using disk::SessionUser;
using fcgi::Request;
using fcgi::Response;

constexpr std::string_view kSignedPrefix = "/api/v1/signed/";
constexpr std::chrono::seconds kLinkLifeDefault{4 * 3600};
constexpr std::chrono::seconds kLinkLifeMax{24 * 3600};
constexpr std::size_t kHostBytesMax = 260;

struct Link {
  std::string url;
  std::uint64_t expires_at_s;
};

Result<NodePointer> FindFile(const Parts& parts, const SessionUser& user, const Path& path) {
  TRY(NodePointer node, parts.reader.Find(OwnerOf(user), path));
  if (node->is_folder()) return Error::Make(Code::kConflict, "'{}' is a folder", path.ToString());
  return node;
}

// Where the client reached us: links and playlists must be absolute URLs.
Result<std::string> Origin(const Request& request) {
  const std::string_view host = request.Header("host");
  if (host.empty() || host.size() > kHostBytesMax ||
      host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             ".-_:[]") != std::string_view::npos)
    return Error(Code::kBadRequest, "Host: not a host name");
  return std::string(request.is_tls ? "https://" : "http://").append(host);
}

Result<Link> MakeLink(const Parts& parts, const Request& request, const disk::Node& file,
                      std::chrono::seconds life) {
  TRY(const std::string origin, Origin(request));
  const std::uint64_t expires_at_s =
      SecondsSince1970(parts.clock.Now()) + static_cast<std::uint64_t>(life.count());
  const std::string token = parts.signer.Sign({file.user_id, file.id, expires_at_s});
  return Link{origin + std::string(kSignedPrefix) + token + "/" + http::PercentEncode(file.name),
              expires_at_s};
}

Result<Response> GetContent(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.Authenticate(request));
  TRY(const Path path, disk::ContentPath(request));
  TRY(const NodePointer file, FindFile(parts, user, path));
  return FileResponse(*file, request, parts.contents);
}

Result<Response> GetSigned(const Parts& parts, Request& request) {
  std::string_view token = request.path();
  token.remove_prefix(kSignedPrefix.size());
  token = token.substr(0, token.find('/'));
  TRY(const disk::LinkClaim claim, parts.signer.Verify(token, SecondsSince1970(parts.clock.Now())));
  TRY(const NodePointer file, parts.reader.FindById(claim.user_id, claim.node_id));
  if (file->is_folder()) return Error(Code::kNotFound, "the link is not valid");
  return FileResponse(*file, request, parts.contents);
}

Result<Response> PostLink(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.Authenticate(request));
  TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
  TRY(const std::string path_text, body.Text("path"));
  TRY(const std::int64_t ttl_s,
      body.Integer("ttl_s", {1, kLinkLifeMax.count()}, kLinkLifeDefault.count()));
  TRY_VOID(body.Finish());
  TRY(const Path path, Path::Parse(path_text));
  TRY(const NodePointer file, FindFile(parts, user, path));
  TRY(const Link link, MakeLink(parts, request, *file, std::chrono::seconds(ttl_s)));
  Json::Value document;
  document["url"] = link.url;
  document["expires_at"] = disk::Rfc3339(static_cast<std::int64_t>(link.expires_at_s) * 1000);
  return fcgi::Json(201, document);
}

// Names cannot hold line breaks, so an entry is always two lines.
Result<Response> GetPlaylist(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.Authenticate(request));
  TRY(const Path path, disk::QueryPath(request));
  TRY(const NodePointer file, FindFile(parts, user, path));
  TRY(const Link link, MakeLink(parts, request, *file, kLinkLifeDefault));
  Response response = fcgi::Text(200, "audio/x-mpegurl",
                                 fmt::format("#EXTM3U\n#EXTINF:-1,{}\n{}\n", file->name, link.url));
  response.Set("Content-Disposition", http::ContentDisposition("attachment", file->name + ".m3u"));
  response.Set("Cache-Control", "no-store");
  return response;
}

using Work = Result<Response> (*)(const Parts& parts, Request& request);

fcgi::Handler HandlerFor(const Parts& parts, Work work) {
  return [parts, work](Request& request) {
    Result<Response> response = work(parts, request);
    return response.ok() ? *std::move(response) : fcgi::Problem(response.error());
  };
}

}  // namespace

fcgi::Router MakeRouter(Parts parts) {
  fcgi::Router router;
  router.Add("GET", std::string(disk::kContentPrefix), HandlerFor(parts, GetContent));
  router.Add("GET", std::string(kSignedPrefix), HandlerFor(parts, GetSigned));
  router.Add("POST", "/api/v1/links", HandlerFor(parts, PostLink));
  router.Add("GET", "/api/v1/playlist", HandlerFor(parts, GetPlaylist));
  return router;
}

}  // namespace yundisk::download
