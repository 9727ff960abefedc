// What the tree's endpoints read from a request: paths, conditions, flags. Pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "cgi/disk/http_headers.h"
#include "cgi/disk/path.h"
#include "cgi/disk/tree_reader.h"
#include "cgi/disk/user.h"
#include "common/base/config.h"
#include "common/base/result.h"
#include "common/fastcgi/request.h"

namespace yundisk::disk {

inline constexpr std::string_view kContentPrefix = "/api/v1/content/";

// The path behind kContentPrefix, from the target as the client sent it.
Result<Path> ContentPath(const fcgi::Request& request);
// The query parameter `path`, required.
Result<Path> QueryPath(const fcgi::Request& request);
// "true" or "false"; false when absent.
Result<bool> QueryFlag(const fcgi::Request& request, std::string_view name);
// A decimal number; `default_value` when absent.
Result<std::uint64_t> QueryNumber(const fcgi::Request& request, std::string_view name,
                                  IntegerRange range, std::uint64_t default_value);
// If-Match and If-None-Match.
Result<Conditions> ConditionsOf(const fcgi::Request& request);

inline TreeOwner OwnerOf(const SessionUser& user) { return {user.id, user.root_id}; }

}  // namespace yundisk::disk
