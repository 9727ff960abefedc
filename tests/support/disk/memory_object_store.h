// An object store in memory, for tests of what stands on the storage core. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cgi/disk/content_digest.h"
#include "cgi/disk/object_store.h"
#include "common/base/guarded.h"

namespace yundisk::test {

class MemoryObjectStore final : public disk::ObjectStore {
 public:
  Result<std::string> NewFileId(std::uint64_t) override {
    auto state = state_.Lock();
    return fmt::format("{}/{}", state->group, ++state->last_id);
  }
  Result<void> Put(const std::string& file_id, ByteView content) override {
    auto state = state_.Lock();
    if (state->put_error) return *std::exchange(state->put_error, std::nullopt);
    state->objects[file_id] = std::string(AsText(content));
    return {};
  }
  Result<void> Put(const std::string& file_id, std::uint64_t size_bytes,
                   const client::Source& source) override {
    std::string content;
    Bytes buffer(1000);
    for (;;) {
      TRY(const std::size_t count, source(buffer));
      if (count == 0) break;
      content.append(AsText(ByteView(buffer).first(count)));
    }
    if (content.size() != size_bytes) return Error(Code::kBadRequest, "short source");
    return Put(file_id, AsBytes(content));
  }
  // What was spooled by Spool; kUnavailable for anything else.
  Result<client::Digest> Adopt(const std::string& file_id, std::uint64_t size_bytes,
                               const std::string& spool_name) override {
    auto state = state_.Lock();
    if (auto error = std::exchange(state->put_error, std::nullopt)) return *error;
    if (state->on_adopt) state->on_adopt();
    const auto spooled = state->spooled.find(spool_name);
    if (spooled == state->spooled.end()) return Error(Code::kUnavailable, "no such spool");
    if (spooled->second.size() != size_bytes) return Error(Code::kBadRequest, "another size");
    const client::Digest digest = disk::DigestOf(AsBytes(spooled->second));
    state->objects[file_id] = std::move(spooled->second);
    state->spooled.erase(spooled);
    return digest;
  }
  Result<client::ObjectInfo> Stat(const std::string& file_id) override {
    auto state = state_.Lock();
    const auto object = state->objects.find(file_id);
    if (object == state->objects.end()) return Error(Code::kNotFound, "no such object");
    const client::Digest digest = disk::DigestOf(AsBytes(object->second));
    return client::ObjectInfo{object->second.size(), digest.crc32, digest.sha256, 0,
                              state->local_file};
  }
  Result<void> Get(const std::string& file_id, std::uint64_t offset, std::uint64_t size_bytes,
                   const client::Sink& sink) override {
    auto state = state_.Lock();
    ++state->reads;
    const auto object = state->objects.find(file_id);
    if (object == state->objects.end()) return Error(Code::kNotFound, "no such object");
    const std::string part =
        object->second.substr(offset, size_bytes == 0 ? std::string::npos : size_bytes);
    const std::size_t half = part.size() / 2;  // in two pieces
    TRY_VOID(sink(AsBytes(part).first(half)));
    return sink(AsBytes(part).subspan(half));
  }
  Result<void> Delete(const std::string& file_id) override {
    auto state = state_.Lock();
    if (state->objects.erase(file_id) == 0) return Error(Code::kNotFound, "no such object");
    return {};
  }

  void Spool(const std::string& name, std::string content) {
    state_.Lock()->spooled[name] = std::move(content);
  }
  // Where new objects go.
  void set_group(const std::string& name) { state_.Lock()->group = name; }
  // The next Put or Adopt fails.
  void FailPut(Error error) { state_.Lock()->put_error = std::move(error); }
  void OnAdopt(std::function<void()> call) { state_.Lock()->on_adopt = std::move(call); }
  void set_local_file(const std::string& name) { state_.Lock()->local_file = name; }
  std::map<std::string, std::string> objects() { return state_.Lock()->objects; }
  int reads() { return state_.Lock()->reads; }

 private:
  struct State {
    std::string group = "1";
    std::uint64_t last_id = 0;
    std::map<std::string, std::string> objects;
    std::map<std::string, std::string> spooled;
    std::optional<Error> put_error;
    std::function<void()> on_adopt;
    std::string local_file;
    int reads = 0;
  };
  Guarded<State> state_;
};

}  // namespace yundisk::test
