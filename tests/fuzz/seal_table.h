// Makes the checksums of a table right, whatever its bytes: a mutation then reaches the code behind
// the checksum comparison.

#ifndef THAW_TESTS_FUZZ_SEAL_TABLE_H_
#define THAW_TESTS_FUZZ_SEAL_TABLE_H_

#include <vector>

#include "io/base/bytes.h"

namespace thaw {

// Rewrites the magic number, and the checksum of every block that the footer and the index name.
// Blocks beyond the file are left alone.
void SealTable(std::vector<std::byte>* table);

}  // namespace thaw

#endif  // THAW_TESTS_FUZZ_SEAL_TABLE_H_
