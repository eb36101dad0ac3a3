// Decompression of a table's blocks.
//
// Role in the flow: between a block as it is stored and its contents. The only code that knows
// Snappy; the blocks that this project writes are never compressed.
// Format: docs/format/sorted_table.md §2.

#ifndef THAW_IO_TABLE_COMPRESSION_H_
#define THAW_IO_TABLE_COMPRESSION_H_

#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/table/layout.h"
#include "io/table/table_limits.h"

namespace thaw {

// The contents of a block: `stored` itself where that is uncompressed, else a view of `*buffer`.
// The length that the block declares is checked against `limits` before memory is taken.
// Errors: DataLoss       the compressed bytes are malformed or expand beyond all reason.
//         Unimplemented  the contents exceed TableLimits::block_size.
// Untrusted input: yes.
Result<ByteView> DecompressBlock(BlockCompression compression, ByteView stored,
                                 const TableLimits& limits, std::vector<std::byte>* buffer);

}  // namespace thaw

#endif  // THAW_IO_TABLE_COMPRESSION_H_
