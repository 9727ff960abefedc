// A stream made of memory: reads what a test has put in, in pieces of a chosen size, and collects
// what is written. Everything happens at once; no loop is needed but the one that runs the test.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "common/net/stream.h"

namespace yundisk::net {

class MemoryStream final : public Stream {
 public:
  // What the stream did; outlives it.
  struct Record {
    std::string written;
    bool closed = false;
    SteadyTime deadline = kNever;
  };

  MemoryStream(std::string input, std::size_t piece_bytes, Record& record)
      : input_(std::move(input)), piece_bytes_(piece_bytes), record_(&record) {}

  Task<Result<std::size_t>> ReadSome(MutableByteView buffer) override {
    if (record_->closed) co_return Error(Code::kUnavailable, "closed");
    const std::size_t count = std::min({buffer.size(), piece_bytes_, input_.size() - read_});
    std::ranges::copy(AsBytes(std::string_view(input_).substr(read_, count)), buffer.begin());
    read_ += count;
    co_return count;
  }
  Task<Result<void>> Write(std::span<const ByteView> parts) override {
    if (record_->closed) co_return Error(Code::kUnavailable, "closed");
    for (const ByteView part : parts) record_->written += AsText(part);
    co_return Result<void>();
  }
  Task<Result<void>> SendFile(ByteView, FileRange) override {
    co_return Error(Code::kIo, "memory holds no files");
  }
  void SetDeadline(SteadyTime deadline) override { record_->deadline = deadline; }
  void ShutdownWrite() override {}
  void Close() override { record_->closed = true; }
  std::string_view peer() const override { return "peer"; }
  std::string_view local() const override { return "local"; }

 private:
  std::string input_;
  std::size_t piece_bytes_;
  std::size_t read_ = 0;
  Record* record_;
};

}  // namespace yundisk::net
