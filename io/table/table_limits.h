// TableLimits: how large a table may be before it is refused.
//
// Role in the flow: bounds for memory and time that a hostile file can make its reader spend. The
// defaults fit the index of a V2 checkpoint, whose real files are far below them.

#ifndef THAW_IO_TABLE_TABLE_LIMITS_H_
#define THAW_IO_TABLE_TABLE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace thaw {

// Sizes in bytes.
struct TableLimits {
  std::uint64_t file_size = std::uint64_t{4} << 30;
  // A block, before and after decompression. A block also may not exceed max_expansion times its
  // stored bytes.
  std::uint64_t block_size = std::uint64_t{64} << 20;
  std::uint64_t max_expansion = 256;
  std::size_t key_size = std::size_t{64} << 10;
  std::size_t value_size = std::size_t{16} << 20;
  std::size_t num_keys = std::size_t{16} << 20;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_LIMITS_H_
