// UTF-8: the encoding of text in state files, JSON headers and archives.
//
// Role in the flow: vocabulary. Names of tensors are any bytes; this tells which of them are text.

#ifndef THAW_IO_BASE_UTF8_H_
#define THAW_IO_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thaw {

// The length of the well-formed sequence that `bytes` begins with, 1 to 4; 0 when there is none.
// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t Utf8SequenceLength(std::string_view bytes);

bool IsValidUtf8(std::string_view bytes);

// False, and nothing is appended, when the number is no character: a surrogate or above U+10FFFF.
bool AppendUtf8(std::uint32_t code_point, std::string* out);

}  // namespace thaw

#endif  // THAW_IO_BASE_UTF8_H_
