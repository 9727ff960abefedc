// An ext4 file system in a file, whose power can be cut.
#pragma once

#include <string>

#include "common/base/result.h"

namespace yundisk::powercut {

// Mounted while it lives. Needs root and loop devices.
class LoopDisk {
 public:
  // Makes the file system in `folder`/disk.img and mounts it at `folder`/disk. kUnavailable when
  // this machine does not let us.
  static Result<LoopDisk> Make(const std::string& folder);
  ~LoopDisk();
  LoopDisk(LoopDisk&& other) noexcept;
  LoopDisk& operator=(LoopDisk&&) = delete;

  const std::string& path() const { return path_; }
  // What has not reached the disk by now never will; then mounts it again, as after the power came
  // back. Nobody may have files open on it.
  Result<void> Cut();

 private:
  LoopDisk(std::string image, std::string path)
      : image_(std::move(image)), path_(std::move(path)) {}

  std::string image_;
  std::string path_;  // empty: moved from
};

}  // namespace yundisk::powercut
