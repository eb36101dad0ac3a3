// Output: a file of named arrays that is being written.
//
// Role in the flow: the last step of `thaw restore --out` and of a conversion. An output knows one
// file format; it must not know checkpoints, variables or where values come from.

#ifndef THAW_ENGINE_OUTPUT_OUTPUT_H_
#define THAW_ENGINE_OUTPUT_OUTPUT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

// An array to come. Its name is any bytes.
struct ArraySpec {
  std::string name;
  DType dtype = DType::kInvalid;
  Shape shape;
};

// An array that is not in the file, and why.
struct SkippedArray {
  std::string name;
  std::string why;
};

// Declare all arrays, write each, finish. The layout follows from the declaration, so the bytes of
// the file do not depend on the order of the writes. Nothing is seen under the final name before
// Finish returns OK; an output that is destroyed without it leaves nothing behind.
// One thread.
class Output {
 public:
  virtual ~Output() = default;
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Once, before the first Write. Arrays that the format has no place for are skipped.
  // Errors: InvalidArgument  the same name twice, or an impossible shape.
  //         else             as AtomicFile::Reserve.
  virtual Status Declare(std::span<const ArraySpec> arrays) = 0;

  // The declared arrays that the file will not have, in declared order.
  virtual const std::vector<SkippedArray>& skipped() const = 0;

  // Writes the array declared as number `index`; nothing for one that is skipped.
  //   elements: NumElements(shape) × ElementSize(dtype) bytes, row-major, in this machine's order.
  // Errors: InvalidArgument     another number of bytes.
  //         FailedPrecondition  before Declare or after Finish.
  virtual Status Write(std::size_t index, ByteView elements) = 0;

  // Gives the file its name, on disk.
  // Errors: FailedPrecondition  an array was not written.
  //         AlreadyExists       the name was taken meanwhile.
  virtual Status Finish() = 0;
};

// Bytes of an array: elements × width.
// Errors: InvalidArgument  a dtype without a width, a negative dimension, or a product that leaves
//                          int64.
Result<std::uint64_t> ArrayBytes(const ArraySpec& array);

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_OUTPUT_H_
