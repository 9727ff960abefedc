// The files of large objects, <data>/large/<aa>/<rest>, where <aa><rest> is a random name in
// hexadecimal.
//
// A file is an object's content only once the log says so. Until then its name is in flight, and
// what a crash leaves without a record is removed by the sweep after the next start.
//
// Thread-safe.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "common/base/guarded.h"
#include "common/base/random.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"

namespace yundisk::storage {

class LargeFiles {
 public:
  // A new name, kept from the sweep while this lives.
  class InFlight {
   public:
    InFlight(LargeFiles& files, const LargeName& name);
    ~InFlight();
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    const LargeName& name() const { return name_; }

   private:
    LargeFiles& files_;
    LargeName name_;
  };

  // `folder` is the data folder. Both outlive this.
  LargeFiles(std::string folder, FileSystem& files, Random& random);

  // Makes the folders, durably.
  Task<void> Start();

  std::unique_ptr<InFlight> NewName();
  // "large/<aa>/<rest>".
  static std::string RelativePath(const LargeName& name);
  std::string Path(const LargeName& name) const;
  // The folder the file is in, for syncing it.
  std::string FolderOf(const LargeName& name) const;

  // Removes files that are nobody's content and not in flight; tells how many.
  Task<std::uint64_t> Sweep(const Index& index);

 private:
  Task<std::uint64_t> SweepFolder(const std::string& prefix, const Index& index);

  std::string folder_;
  FileSystem& files_;
  Random& random_;
  Guarded<std::set<LargeName>> in_flight_;
};

}  // namespace yundisk::storage
