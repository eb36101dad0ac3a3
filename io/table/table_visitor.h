// TableVisitor: who is shown the entries of a sorted table while it is read.
//
// Role in the flow: between the table and whoever knows what its values mean.

#ifndef THAW_IO_TABLE_TABLE_VISITOR_H_
#define THAW_IO_TABLE_TABLE_VISITOR_H_

#include <cstddef>
#include <string_view>

#include "io/base/bytes.h"

namespace thaw {

// Its methods may throw std::bad_alloc.
class TableVisitor {
 public:
  virtual ~TableVisitor() = default;

  // Before the first entry of a table of several blocks: about so many will come. A guess from the
  // first block, at most one for 16 bytes of the file: good to take memory for, not to rely on.
  virtual void Expect(std::size_t num_entries) = 0;

  // Every entry, in the order of keys, which rise. Both views end with the call. When reading
  // fails, some entries have been visited all the same.
  virtual void Visit(std::string_view key, ByteView value) = 0;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_VISITOR_H_
