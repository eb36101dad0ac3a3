// LoneEntry: a block that holds one entry only, found without reading its value.
//
// Role in the flow: a table whose values are large has such blocks. Who knows where the interesting
// bytes of the value begin can leave them where they are and still check them: their own checksum
// follows from that of the block and from the few bytes around them. It must not know what the
// value means.
// Format: docs/format/sorted_table.md §2, §3.

#ifndef THAW_IO_TABLE_LONE_ENTRY_H_
#define THAW_IO_TABLE_LONE_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/base/result.h"
#include "io/storage/storage.h"
#include "io/table/layout.h"

namespace thaw {

struct LoneEntry {
  std::uint64_t value_offset = 0;  // in the file
  std::uint64_t value_size = 0;
  std::string value_head;           // the first bytes of the value
  std::uint32_t before_crc32c = 0;  // of the block up to the value
  std::uint32_t up_to_crc32c = 0;   // of the block up to the end of the value, by its checksum

  // What bytes [begin, value_size) of the value must have for the block's checksum to be right.
  //   begin: at most value_head.size().
  std::uint32_t RestCrc32c(std::size_t begin) const;
};

// The entry when the block is uncompressed, holds just this key, and nothing about it is unusual;
// nullopt: read the block whole to find out.
//   handle: of a block of that file, its trailer included in the file.
//   head_size: how many bytes of the value are wanted as `value_head`, if it has so many.
// The block's checksum is not compared: RestCrc32c is derived from it, so that it is right just
// when the rest of the value has that sum. Errors: as File::Visit. Untrusted input: yes.
Result<std::optional<LoneEntry>> FindLoneEntry(const File& file, const BlockHandle& handle,
                                               std::string_view key, std::size_t head_size);

}  // namespace thaw

#endif  // THAW_IO_TABLE_LONE_ENTRY_H_
