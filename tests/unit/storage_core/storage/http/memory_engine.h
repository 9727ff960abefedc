// An engine made of memory, for reading only: contents in pieces of a chosen size, from memory or,
// as the engine's vouched files, from a file; and failures where a test wants them.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/check.h"
#include "storage_core/storage/engine.h"

namespace yundisk::storage {

struct MemoryObject {
  std::string content;
  Sha256 sha256{};
  std::optional<Code> stat_fails;
  // Reading fails with kCorrupt once this much of the object was read.
  std::uint64_t damaged_from = UINT64_MAX;
  int file = -1;  // a descriptor of the content, for NextInFile
};

class MemoryContent final : public Content {
 public:
  static constexpr std::uint64_t kPieceBytes = 1000;

  MemoryContent(const MemoryObject& object, ByteRange range)
      : object_(object), at_(range.offset), end_(range.offset + range.size_bytes) {
    left_ = range.size_bytes;
  }

  std::uint64_t size_bytes() const override { return left_; }
  Task<ByteView> Next() override {
    if (at_ == end_) co_return ByteView();
    const std::uint64_t step = std::min(kPieceBytes, end_ - at_);
    if (at_ + step > object_.damaged_from) co_return Error(Code::kCorrupt, "damaged");
    const ByteView piece = AsBytes(object_.content).subspan(at_, step);
    at_ += step;
    co_return piece;
  }
  Task<std::optional<FileRange>> NextInFile() override {
    if (object_.file < 0 || at_ == end_) co_return std::optional<FileRange>();
    const FileRange range{object_.file, at_, end_ - at_};
    at_ = end_;
    co_return std::optional(range);
  }

 private:
  const MemoryObject& object_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::uint64_t left_ = 0;
};

class MemoryEngine final : public Engine {
 public:
  // Of application "app" and user "user".
  MemoryObject& Add(std::string_view file_id, std::string content) {
    MemoryObject& object = objects_[ObjectKey("app", "user", file_id).text()];
    object.content = std::move(content);
    return object;
  }

  Task<ObjectInfo> Stat(const ObjectKey& key) override {
    ++calls;
    const auto found = objects_.find(key.text());
    if (found == objects_.end()) co_return Error(Code::kNotFound, "no such object");
    const MemoryObject& object = found->second;
    if (object.stat_fails) co_return Error(*object.stat_fails, "stat fails");
    ObjectInfo info;
    info.size_bytes = object.content.size();
    info.digest.sha256 = object.sha256;
    co_return info;
  }
  Task<std::unique_ptr<Content>> Open(const ObjectKey& key, ByteRange range) override {
    ++calls;
    const auto found = objects_.find(key.text());
    CHECK(found != objects_.end());
    CHECK(range.size_bytes > 0 && range.offset + range.size_bytes <= found->second.content.size());
    std::unique_ptr<Content> content = std::make_unique<MemoryContent>(found->second, range);
    co_return content;
  }

  Task<void> Put(const ObjectKey&, std::uint64_t, ContentSource&) override { return Refuse(); }
  Task<Digest> Adopt(const ObjectKey&, std::uint64_t, std::string_view) override {
    co_return Error(Code::kBadRequest, "only for reading");
  }
  Task<std::uint64_t> Size(const ObjectKey&) override {
    co_return Error(Code::kBadRequest, "not used");
  }
  Task<void> Remove(const ObjectKey&) override { return Refuse(); }
  Statistics Describe() const override { return {}; }

  std::atomic<int> calls{0};

 private:
  static Task<void> Refuse() { co_return Error(Code::kBadRequest, "only for reading"); }

  std::map<std::string, MemoryObject> objects_;
};

}  // namespace yundisk::storage
