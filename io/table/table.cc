#include "io/table/table.h"

#include <new>

#include "io/table/table_blocks.h"

namespace thaw {
namespace {

Result<EntryList> ReadTable(const File& file, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(const TableBlocks blocks, TableBlocks::Open(file, limits));
  // Reused from block to block, so that it stays in the cache.
  BlockBuffers buffers;
  EntryList entries(limits, file.size());
  entries.ReserveFor(file.size());
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    THAW_RETURN_IF_ERROR(blocks.ReadEntries(block, &buffers, &entries));
  }
  THAW_RETURN_IF_ERROR(blocks.CheckMetaindex(&buffers));
  return entries;
}

}  // namespace

Result<Table> Table::Open(const File& file, const TableLimits& limits) {
  try {
    Result<EntryList> entries = ReadTable(file, limits);
    if (!entries.ok()) return entries.status().WithFile(file.path());
    return Table(std::move(entries).value());
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the table").WithFile(file.path());
  }
}

}  // namespace thaw
