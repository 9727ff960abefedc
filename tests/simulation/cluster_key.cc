#include "tests/simulation/cluster_key.h"

namespace yundisk::simulation {

std::string ClusterKey::Uploaded(ContentId content, const std::optional<Code>& failed,
                                 SteadyTime now) {
  if (!failed) {
    if (content_ && *content_ != content) return "an upload replaced other content";
    if (!content_) certain_since_ = now;
    content_ = content;
    return {};
  }
  if (*failed == Code::kExists) {
    const bool other = (content_ && *content_ != content) || may_come_.size() > 1;
    return other ? "" : "an upload was refused for other content that was never sent";
  }
  if (*failed != Code::kDeleted) return {};
  return deleted_ || may_be_deleted_ ? "" : "an upload was refused as deleted, which it is not";
}

std::string ClusterKey::Deleted(const std::optional<Code>& failed, SteadyTime since) {
  if (failed && *failed == Code::kNotFound) return NotFound(since);
  if (failed) return {};
  // A client that lost the first answer takes "not found" for success: of what was not there for
  // certain nothing more is known then.
  deleted_ = deleted_ || (content_ && certain_since_ < since);
  return {};
}

std::string ClusterKey::Found(std::optional<ContentId> content, SteadyTime now, bool strict) {
  if (!content) return "wrong bytes were read";
  if (!may_come_.contains(*content) || (content_ && *content_ != *content))
    return "the content of another upload was read";
  if (deleted_ && strict) return "a deleted object was read";
  if (!content_) certain_since_ = now;
  content_ = content;
  return {};
}

std::string ClusterKey::NotFound(SteadyTime since) {
  return CertainBefore(since) ? "an acknowledged object is gone" : "";
}

}  // namespace yundisk::simulation
