#include "cgi/upload/endpoint.h"

#include <optional>
#include <string_view>
#include <utility>

#include "cgi/disk/entry_json.h"
#include "cgi/disk/request_fields.h"
#include "cgi/disk/upload_check.h"
#include "cgi/upload/spool.h"

namespace yundisk::upload {
namespace {

using disk::Path;
using disk::SessionUser;
using disk::UploadTarget;
using fcgi::Request;
using fcgi::Response;

struct Context {
  Parts parts;
  Limits limits;
};

Result<UploadTarget> TargetOf(const SessionUser& user, const Request& request) {
  TRY(Path path, disk::ContentPath(request));
  if (path.IsRoot()) return Error(Code::kBadRequest, "path: a file needs a name");
  if (path.names_a_folder())
    return Error(Code::kBadRequest,
                 "path: it ends in '/', but a file needs a name (folders: POST /api/v1/folders)");
  TRY(disk::Conditions conditions, disk::ConditionsOf(request));
  TRY(const auto expected, disk::ParseReprDigest(request.Header("repr-digest")));
  if (!request.Header("content-range").empty())
    return Error(Code::kBadRequest, "Content-Range: an upload is always the whole content");
  return UploadTarget{user.id, std::move(path), std::move(conditions), expected};
}

Result<void> CheckSize(const Context& context, std::optional<std::uint64_t> size_bytes) {
  if (size_bytes.value_or(0) <= context.limits.max_upload_bytes) return {};
  return Error::Make(Code::kTooLarge, "{} bytes are over the limit of {}", *size_bytes,
                     context.limits.max_upload_bytes);
}

// Everything that can be refused before the body is read.
Result<void> Check(const Context& context, Request& request) {
  TRY(const SessionUser user, context.parts.authenticator.AuthenticateWriter(request));
  TRY(const UploadTarget target, TargetOf(user, request));
  TRY_VOID(CheckSize(context, request.content_length));
  TRY_VOID(CheckFreeSpace(context.limits.spool_directory, request.content_length.value_or(0)));
  return disk::CheckUpload(context.parts.database, context.parts.reader, disk::OwnerOf(user),
                           target, request.content_length);
}

// nginx's auth_request knows yes (2xx), 401 and 403 only.
Response AnswerCheck(const Result<void>& checked) {
  if (checked.ok()) return fcgi::NoContent();
  Response response;
  response.status = checked.error().code() == Code::kUnauthenticated ? 401 : 403;
  return response;
}

// What was refused a moment ago may have become possible: then the client shall come again.
Response AnswerRefused(const Result<void>& checked) {
  if (!checked.ok()) return fcgi::Problem(checked.error());
  return fcgi::Problem(Error(Code::kUnavailable, "the upload was refused and is possible now"));
}

Result<disk::PutResult> PutSmall(const Context& context, const UploadTarget& target,
                                 Request& request) {
  TRY(const std::string content, request.ReadBody(kSmallBodyBytesMax));
  return context.parts.uploader.Upload(target, AsBytes(content));
}

Result<disk::PutResult> PutSpooled(const Context& context, const UploadTarget& target,
                                   const Request& request, std::string_view file) {
  TRY(const SpooledBody body, FindSpooled(context.limits.spool_directory, file));
  TRY_VOID(CheckSize(context, body.size_bytes));
  if (request.content_length && *request.content_length != body.size_bytes)
    return Error::Make(Code::kBadRequest, "the body has {} bytes, not the announced {}",
                       body.size_bytes, *request.content_length);
  return context.parts.uploader.UploadSpooled(target, context.limits.spool_directory, body.name);
}

Result<Response> Put(const Context& context, Request& request) {
  const std::string_view phase = request.Param("YUNDISK_PHASE");
  if (phase == "check") return AnswerCheck(Check(context, request));
  if (phase == "refused") return AnswerRefused(Check(context, request));
  TRY(const SessionUser user, context.parts.authenticator.AuthenticateWriter(request));
  TRY(const UploadTarget target, TargetOf(user, request));
  const std::string_view file = request.Param("REQUEST_BODY_FILE");
  TRY(const disk::PutResult put, file.empty() ? PutSmall(context, target, request)
                                              : PutSpooled(context, target, request, file));
  Response response = fcgi::Text(put.created ? 201 : 200, "application/json",
                                 disk::EntryJson(put.node, target.path));
  response.Set("ETag", put.node.Etag());
  response.Set("Location", std::string(request.path()));
  return response;
}

}  // namespace

fcgi::Router MakeRouter(Parts parts, const Limits& limits) {
  fcgi::Router router;
  router.Add("PUT", std::string(disk::kContentPrefix),
             [context = Context{parts, limits}](Request& request) {
               Result<Response> response = Put(context, request);
               return response.ok() ? *std::move(response) : fcgi::Problem(response.error());
             });
  return router;
}

}  // namespace yundisk::upload
