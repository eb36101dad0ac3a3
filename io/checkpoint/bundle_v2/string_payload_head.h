// What stands before the characters of a stored string tensor: the lengths and their checksum.
//
// Role in the flow: the writer's half of string_payload; a reader whose format stores strings
// otherwise hands them on in this form, too. It must not know files or entries.
// Format: docs/format/tensor_bundle_v2.md §7.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_HEAD_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_HEAD_H_

#include <cstdint>
#include <span>
#include <string>

namespace thaw {

struct StringPayloadHead {
  // The bytes in the file.
  std::string bytes;
  // Unmasked sum that goes on with the characters. It covers the lengths in their fixed-width form,
  // not as the varints that `bytes` has.
  std::uint32_t crc32c = 0;
};

// Takes the lengths one by one. One thread.
class StringPayloadHeadEncoder {
 public:
  void Add(std::uint64_t length);
  StringPayloadHead Finish() &&;

 private:
  StringPayloadHead head_;
};

StringPayloadHead EncodeStringPayloadHead(std::span<const std::string> values);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_HEAD_H_
