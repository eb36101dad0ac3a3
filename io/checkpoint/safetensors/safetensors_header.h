// The header of a safetensors file: which tensors lie where.
//
// Role in the flow: from the first bytes of one file to its tensors, all checked. It knows nothing
// of other files. Format: docs/format/safetensors.md.

#ifndef THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_HEADER_H_
#define THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_HEADER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/checkpoint/safetensors/safetensors_dtypes.h"
#include "io/storage/storage.h"

namespace thaw {

// The format's own bound.
inline constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;
// Little-endian, before the header: its length.
inline constexpr std::uint64_t kSafetensorsLengthSize = 8;

struct SafetensorsTensor {
  std::string name;
  const SafetensorsDType* dtype = nullptr;  // never nullptr
  Shape shape;
  // Bytes from the start of the data, which follows the header at once.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// The tensors of a header, in byte order of their names. Together they cover the data: no byte
// belongs to two of them, or to none.
//   header: the JSON text.
//   data_size: bytes behind it.
//   file_name: for messages.
// Errors: DataLoss           anything that docs/format/safetensors.md demands and that is not so.
//         ResourceExhausted  no memory for it.
// Untrusted input: yes.
Result<std::vector<SafetensorsTensor>> DecodeSafetensorsHeader(std::string_view header,
                                                               std::uint64_t data_size,
                                                               std::string_view file_name);

struct SafetensorsFileHeader {
  std::vector<SafetensorsTensor> tensors;
  std::uint64_t data_offset = 0;  // where the data begins
};

// Reads and decodes the header of an open file. Errors: also those of File::Read.
Result<SafetensorsFileHeader> ReadSafetensorsHeader(const File& file);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_HEADER_H_
