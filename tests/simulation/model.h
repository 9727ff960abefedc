// What a storage may answer, given what it has answered before.
//
// One Key follows one object key. An operation that was answered leaves one possible state; one
// that a crash cut off leaves two: done or not done. Each answer must fit one of the possible
// states, and rules out the others. A misfit is told as a text; empty means fine.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "common/base/error.h"

namespace yundisk::simulation {

// Stands for a content: the seed its bytes are made of.
using ContentId = std::uint64_t;

class KeyModel {
 public:
  // `failed`: empty when the operation succeeded.
  std::string Uploaded(ContentId content, const std::optional<Code>& failed);
  std::string Deleted(const std::optional<Code>& failed);
  // Read whole; `content` empty when the bytes are none that were ever sent.
  std::string Found(std::optional<ContentId> content);
  std::string NotFound();

  // A new process of the storage: what a failing disk left open shows from now on. Until then one
  // answer does not decide the next.
  void Restarted() { open_ = false; }

  void UploadCutOff(ContentId content) {
    if (!content_ && !deleted_) may_have_come_.insert(content);
  }
  void DeleteCutOff() { may_be_deleted_ = MayExist(); }

  // There, for certain.
  std::optional<ContentId> content() const { return content_; }
  bool MayExist() const { return content_.has_value() || !may_have_come_.empty(); }
  bool deleted() const { return deleted_; }

 private:
  void Settle(std::optional<ContentId> content);

  std::optional<ContentId> content_;
  bool deleted_ = false;
  std::set<ContentId> may_have_come_;
  bool may_be_deleted_ = false;
  bool open_ = false;
};

}  // namespace yundisk::simulation
