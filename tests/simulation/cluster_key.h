// What may be answered about one key of a cluster. Uploads whose outcome nobody was told may take
// effect at any later time.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/base/clock.h"
#include "common/base/error.h"
#include "tests/simulation/model.h"

namespace yundisk::simulation {

class ClusterKey {
 public:
  void Trying(ContentId content) { may_come_.insert(content); }
  void TryingToDelete() { may_be_deleted_ = true; }
  // `failed`: empty when the operation succeeded; `since`: when it began. The answer is a misfit
  // told as a text; empty is fine.
  std::string Uploaded(ContentId content, const std::optional<Code>& failed, SteadyTime now);
  std::string Deleted(const std::optional<Code>& failed, SteadyTime since);
  // `strict`: while nothing is wrong anywhere a deletion is known to all.
  std::string Found(std::optional<ContentId> content, SteadyTime now, bool strict);
  std::string NotFound(SteadyTime since);

  // There, and has been before `since`; nobody has tried to delete it.
  bool CertainBefore(SteadyTime since) const {
    return content_ && certain_since_ < since && !deleted_ && !may_be_deleted_;
  }
  bool deleted() const { return deleted_; }
  bool tried() const { return !may_come_.empty(); }
  const std::optional<ContentId>& content() const { return content_; }

 private:
  std::optional<ContentId> content_;
  SteadyTime certain_since_{};
  std::set<ContentId> may_come_;
  bool deleted_ = false;
  bool may_be_deleted_ = false;
};

}  // namespace yundisk::simulation
