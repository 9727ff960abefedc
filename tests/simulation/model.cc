#include "tests/simulation/model.h"

#include <fmt/format.h>

namespace yundisk::simulation {

void KeyModel::Settle(std::optional<ContentId> content) {
  content_ = content;
  may_have_come_.clear();
  may_be_deleted_ = false;
}

std::string KeyModel::Uploaded(ContentId content, const std::optional<Code>& failed) {
  if (!failed) {
    if (deleted_) return "an upload under a deleted id succeeded";
    if (content_ && *content_ != content) return "an upload replaced other content";
    Settle(content);
    return {};
  }
  switch (*failed) {
    case Code::kExists: {
      const bool other = (content_ && *content_ != content) ||
                         may_have_come_.size() > may_have_come_.count(content);
      return other ? "" : "an upload was refused for other content that was never sent";
    }
    case Code::kDeleted:
      if (!deleted_ && !may_be_deleted_) return "an upload was refused as deleted, which it is not";
      deleted_ = true;
      Settle(std::nullopt);
      return {};
    case Code::kNoSpace: return {};
    case Code::kUnavailable: return {};
    default:
      UploadCutOff(content);
      open_ = true;
      return {};
  }
}

std::string KeyModel::Deleted(const std::optional<Code>& failed) {
  if (!failed) {
    if (!MayExist()) return "a delete of nothing succeeded";
    deleted_ = true;
    Settle(std::nullopt);
    return {};
  }
  if (*failed == Code::kNotFound) return NotFound();
  if (*failed == Code::kUnavailable) return {};
  DeleteCutOff();
  open_ = true;
  return {};
}

std::string KeyModel::Found(std::optional<ContentId> content) {
  if (deleted_) return "a deleted object was read";
  if (!content) return "wrong bytes were read";
  if (content_ ? *content_ != *content : !may_have_come_.contains(*content))
    return "the content of another upload was read";
  if (!open_) Settle(content);
  return {};
}

std::string KeyModel::NotFound() {
  if (content_ && !may_be_deleted_) return "an acknowledged object is gone";
  if (open_) return {};
  if (content_) deleted_ = true;
  const bool may_be_deleted = may_be_deleted_ && !deleted_;
  Settle(std::nullopt);
  may_be_deleted_ = may_be_deleted;
  return {};
}

}  // namespace yundisk::simulation
