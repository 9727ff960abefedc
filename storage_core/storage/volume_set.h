// The volume files of one storage, open for reading.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/record.h"

namespace yundisk::storage {

// One volume. Immutable but for its size; any thread.
struct Volume {
  Volume(VolumeHeader header_in, std::string path_in, std::unique_ptr<File> file_in)
      : header(header_in), path(std::move(path_in)), file(std::move(file_in)) {}

  const VolumeHeader header;
  const std::string path;
  const std::unique_ptr<File> file;
  std::atomic<std::uint64_t> size_bytes{0};  // of the file, prepared space included
};

// Thread-safe. A volume that was removed stays open for those who hold it.
class VolumeSet {
 public:
  explicit VolumeSet(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }
  std::string PathOf(std::uint64_t number) const;
  // The number in a volume's file name; empty for other files.
  static std::optional<std::uint64_t> NumberOf(const std::string& name);

  void Add(std::shared_ptr<Volume> volume);
  void Forget(std::uint64_t number);
  // Null when there is none (any more).
  std::shared_ptr<Volume> Find(std::uint64_t number) const;
  // By number.
  std::vector<std::shared_ptr<Volume>> List() const;

 private:
  const std::string folder_;
  mutable Guarded<std::map<std::uint64_t, std::shared_ptr<Volume>>> volumes_;
};

}  // namespace yundisk::storage
