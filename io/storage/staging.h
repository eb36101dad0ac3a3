// Staging: the memory that File::Visit wants from its caller.
//
// Role in the flow: allocated once per worker and used for any number of visits.

#ifndef THAW_IO_STORAGE_STAGING_H_
#define THAW_IO_STORAGE_STAGING_H_

#include <cstdlib>
#include <memory>

#include "io/base/bytes.h"
#include "io/storage/storage.h"

namespace thaw {

// Thread-compatible.
class Staging {
 public:
  // size: bytes, a multiple of kStagingAlignment; 0 allocates nothing. A multiple of 2 MiB lies in
  // huge pages where there are any.
  explicit Staging(std::size_t size);

  // False when there was no memory.
  bool ok() const { return size_ == 0 || memory_ != nullptr; }
  MutableByteView view() const { return {memory_.get(), ok() ? size_ : 0}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  std::unique_ptr<std::byte, Free> memory_;
  std::size_t size_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_STAGING_H_
