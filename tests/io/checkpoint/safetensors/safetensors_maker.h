// MakeSafetensors: a safetensors file of any header.
//
// Role in the flow: stands for the writers of the format in the reader's tests.

#ifndef THAW_TESTS_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_MAKER_H_
#define THAW_TESTS_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_MAKER_H_

#include <cstddef>
#include <string>

namespace thaw {

// The length of the header in 8 bytes, the header, the data.
inline std::string MakeSafetensors(const std::string& header, const std::string& data) {
  std::string file;
  for (std::size_t i = 0; i < 8; ++i) {
    file += static_cast<char>((header.size() >> (8 * i)) & 0xff);
  }
  return file + header + data;
}

}  // namespace thaw

#endif  // THAW_TESTS_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_MAKER_H_
