#include "cgi/disk/committer.h"

#include <algorithm>
#include <utility>

namespace yundisk::disk {

Committer::Committer(db::Pool& pool, IdSource& ids, const Clock& clock, const Stamps& stamps)
    : pool_(pool), ids_(ids), clock_(clock), stamps_(stamps) {
  thread_ = std::thread([this] { Run(); });
}

Committer::~Committer() {
  queue_.Lock()->closed = true;
  arrived_.notify_one();
  thread_.join();
}

Committer::Answer Committer::Commit(PutRequest request) {
  Upload upload{std::move(request), {}};
  std::future<Answer> answer = upload.answer.get_future();
  queue_.Lock()->uploads.push_back(&upload);
  arrived_.notify_one();
  return answer.get();
}

void Committer::Run() {
  for (;;) {
    const std::vector<Upload*> batch = NextBatch();
    if (batch.empty()) return;
    CommitBatch(batch);
  }
}

// Empty when the committer is closed and nothing waits.
std::vector<Committer::Upload*> Committer::NextBatch() {
  auto queue = queue_.Lock();
  arrived_.wait(queue.lock(), [&] { return queue->closed || !queue->uploads.empty(); });
  const std::size_t count = std::min(queue->uploads.size(), kBatchMax);
  const auto end = queue->uploads.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Upload*> batch(queue->uploads.begin(), end);
  queue->uploads.erase(queue->uploads.begin(), end);
  return batch;
}

void Committer::CommitBatch(std::span<Upload* const> batch) {
  Result<std::vector<Answer>> answers = Attempt(batch);
  if (answers.ok()) {
    for (std::size_t i = 0; i < batch.size(); ++i)
      batch[i]->answer.set_value(std::move((*answers)[i]));
    return;
  }
  const bool alone = batch.size() > 1 && answers.error().code() != Code::kUnavailable;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (alone)
      CommitBatch(batch.subspan(i, 1));
    else
      batch[i]->answer.set_value(answers.error());
  }
}

Result<std::vector<Committer::Answer>> Committer::Attempt(std::span<Upload* const> batch) {
  std::vector<UserPath> paths;
  std::set<ContentKey> contents;
  for (const Upload* upload : batch) {
    paths.push_back({upload->request.user_id, upload->request.path});
    contents.insert(upload->request.content);
  }
  std::optional<TreeEdit> edit;
  auto answers = pool_.InTransaction([&](db::Session& session) -> Result<std::vector<Answer>> {
    edit.emplace(session, ids_, clock_.Now().time_since_epoch().count());
    TRY_VOID(edit->Open(paths, {contents.begin(), contents.end()}, known_));
    std::vector<Answer> results;
    for (const Upload* upload : batch) results.push_back(edit->Put(upload->request));
    TRY_VOID(edit->Flush());
    return results;
  });
  // Also after a failure: a commit whose answer was lost may have happened.
  if (edit)
    for (const std::int64_t user_id : edit->ChangedUsers())
      stamps_.Raise(StampKind::kTree, user_id);
  if (answers)
    edit->Teach(known_);
  else
    known_.Forget();
  return answers;
}

}  // namespace yundisk::disk
