#include "cgi/files/endpoint.h"

#include <string>
#include <utility>

#include "cgi/disk/entry_json.h"
#include "cgi/disk/request_fields.h"
#include "common/fastcgi/json_body.h"

namespace yundisk::files {
namespace {

using disk::Conditions;
using disk::OwnerOf;
using disk::Path;
using disk::SessionUser;
using fcgi::Request;
using fcgi::Response;

constexpr std::uint64_t kListingLimitDefault = 200;

Response EntryResponse(int status, const disk::Node& node, const Path& path) {
  Response response = fcgi::Text(status, "application/json", disk::EntryJson(node, path));
  response.Set("ETag", node.Etag());
  return response;
}

// The first part of the answer is the state the client knows; it costs no body then.
Result<Response> List(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.Authenticate(request));
  TRY(const Path path, disk::QueryPath(request));
  TRY(const std::uint64_t limit,
      disk::QueryNumber(request, "limit", {1, disk::TreeReader::kListingLimitMax},
                        kListingLimitDefault));
  TRY(const auto cursor, request.QueryValue("cursor"));
  TRY(const auto listing,
      parts.reader.List(OwnerOf(user), path, {limit, cursor ? *cursor : std::string_view()}));
  TRY(const Conditions conditions, disk::ConditionsOf(request));
  Response response;
  response.Set("ETag", listing->etag).Set("Cache-Control", "private, no-cache");
  if (conditions.if_none_match && conditions.if_none_match->MatchesWeakly(listing->etag)) {
    response.status = 304;
    return response;
  }
  response.Set("Content-Type", "application/json");
  response.body = listing->json;
  return response;
}

Result<Response> Entry(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.Authenticate(request));
  TRY(const Path path, disk::QueryPath(request));
  TRY(const auto node, parts.reader.Find(OwnerOf(user), path));
  return EntryResponse(200, *node, path);
}

Result<Response> MakeFolder(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.AuthenticateWriter(request));
  TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
  TRY(const std::string path_text, body.Text("path"));
  TRY(const bool parents, body.Boolean("parents", false));
  TRY_VOID(body.Finish());
  TRY(const Path path, Path::Parse(path_text));
  if (path.IsRoot() && parents) {
    TRY(const auto root, parts.reader.Find(OwnerOf(user), path));
    return EntryResponse(200, *root, path);
  }
  TRY(const auto made, parts.writer.MakeFolder(user.id, path, parents));
  return EntryResponse(made.created ? 201 : 200, made.node, path);
}

Result<Response> Move(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.AuthenticateWriter(request));
  TRY(fcgi::JsonBody body, fcgi::JsonBody::Read(request));
  TRY(const std::string from, body.Text("from"));
  TRY(const std::string to, body.Text("to"));
  disk::MoveRequest move{.user_id = user.id, .from = {}, .to = {}, .conditions = {}};
  TRY(move.replace, body.Boolean("replace", false));
  TRY_VOID(body.Finish());
  TRY(move.from, Path::Parse(from));
  TRY(move.to, Path::Parse(to));
  TRY(move.conditions, disk::ConditionsOf(request));
  TRY(const disk::Node node, parts.writer.Move(move));
  return EntryResponse(200, node, move.to);
}

Result<Response> Delete(const Parts& parts, Request& request) {
  TRY(const SessionUser user, parts.authenticator.AuthenticateWriter(request));
  TRY(const Path path, disk::ContentPath(request));
  TRY(const bool recursive, disk::QueryFlag(request, "recursive"));
  TRY(const Conditions conditions, disk::ConditionsOf(request));
  TRY_VOID(parts.writer.Delete(user.id, path, recursive, conditions));
  return fcgi::NoContent();
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
  router.Add("GET", "/api/v1/files", HandlerFor(parts, List));
  router.Add("GET", "/api/v1/entry", HandlerFor(parts, Entry));
  router.Add("POST", "/api/v1/folders", HandlerFor(parts, MakeFolder));
  router.Add("POST", "/api/v1/move", HandlerFor(parts, Move));
  router.Add("DELETE", std::string(disk::kContentPrefix), HandlerFor(parts, Delete));
  return router;
}

}  // namespace yundisk::files
