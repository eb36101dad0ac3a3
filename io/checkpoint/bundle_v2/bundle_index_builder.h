// BundleIndexBuilder: from the entries of a table to the index of a bundle.
//
// Role in the flow: between the table (bytes) and the BundleIndex. It decides which entries make a
// tensor, and what is wrong with those that do not. It must not open files.
// Format: docs/format/tensor_bundle_v2.md §3 to §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_BUILDER_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_BUILDER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/table/table.h"
#include "io/table/table_visitor.h"

namespace thaw {

struct BuiltBundleIndex {
  BundleHeader header;
  BundleIndex index;
};

// Outline: (1) while the table is read, decode every entry into a record, those of slices like any
// other; (2) for each tensor in slices, find the records of its slices, move their extents over to
// it and mark them hidden; (3) drop what is hidden; (4) look for extents that overlap.
// One thread.
class BundleIndexBuilder final : public TableVisitor {
 public:
  // index_path: for the errors; outlives the builder.
  explicit BundleIndexBuilder(const std::string& index_path) : index_path_(index_path) {}

  // Entry 0 is the header, the others are tensors and slices. Untrusted input: yes.
  void Expect(std::size_t num_entries) override;
  void Visit(std::string_view key, ByteView value) override;

  // The keys of the slices that the visited tensors list, rising, each once.
  //   table: whose entries they were.
  std::vector<std::string> SliceKeys(const Table& table) const;

  // To be called once, when all entries were visited.
  //   table: whose entries they were.
  // Faults of single entries end up in entry_errors(): a tensor that has a bad entry is listed with
  // what is known of it and without parts; one that lacks a slice, with the parts that are there.
  // Errors: DataLoss         there is no header, or it names an impossible number of data files.
  //         InvalidArgument  a version that this reader does not accept.
  // Throws std::bad_alloc.
  Result<BuiltBundleIndex> Finish(Table table) &&;

 private:
  using Record = BundleIndex::Record;

  // A tensor that is stored in slices: content_.slices[first_slice, + num_slices).
  struct SlicedTensor {
    std::size_t record;
    std::size_t first_slice;
    std::size_t num_slices;
    // The parent's own placement, which counts for a slice that is full.
    BundleEntry own;
  };

  // Why a record is bad; in order of records, at most one for each.
  struct Fault {
    std::size_t record;
    EntryProblem problem;
    Status status;
    Extent extent;
  };

  // What is wrong with the slices of a tensor; an OK status: nothing.
  struct SliceFault {
    EntryProblem problem;
    Status status;
  };

  Status TakeHeader(std::string_view key, ByteView value);
  Status AddEntry(std::size_t record_index);

  void CollectSlices(const SlicedTensor& tensor, const Table& table);
  SliceFault CollectSlicesInto(const SlicedTensor& tensor, const Table& table,
                               std::vector<StoredPart>* parts);
  Result<StoredPart> OwnPart(const SlicedTensor& tensor, const TensorSlice& slice,
                             const TensorSlice& resolved) const;
  Result<StoredPart> PartOf(const SlicedTensor& tensor, const TensorSlice& slice,
                            const TensorSlice& resolved, std::size_t stored_record) const;
  std::optional<std::size_t> HideSlice(std::string_view name, const TensorSlice& slice,
                                       const Table& table);
  const Fault* FaultOf(std::size_t record) const;

  void DropHidden();
  void ReportFaults(const std::vector<Fault>& faults, const Table& table);
  void AddError(std::string_view tensor, EntryProblem problem, const Status& status,
                const Extent& extent);
  bool ExtentsRise() const;
  void ReportExtentOverlaps(const Table& table);

  Dims dims(const Record& record) const {
    return Dims(content_.dims).subspan(record.first_dim, record.rank);
  }

  const std::string& index_path_;
  // Of the header, which is the first entry.
  Status header_status_;
  BundleHeader header_;
  bool has_begun_ = false;
  BundleIndex::Content content_;

  BundleEntry entry_;  // the one that is decoded; kept for its memory
  std::vector<SlicedTensor> sliced_;
  std::vector<Fault> entry_faults_;  // from step 1
  std::vector<Fault> slice_faults_;  // from step 2
  std::vector<bool> is_hidden_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_BUILDER_H_
