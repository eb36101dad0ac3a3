// WireFields: the fields of one protobuf message, where they lie.
//
// Role in the flow: the records of a V1 file hold whole tensors; they are taken apart here without
// a copy and without protobuf's classes. It must not know what the fields mean.
// Source: protobuf.dev/programming-guides/encoding.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_WIRE_FIELDS_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "io/base/bytes.h"

namespace thaw {

enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kGroupBegin = 3,
  kGroupEnd = 4,
  kFixed32 = 5,
};

// saved_tensor_slice.proto: SavedTensorSlices.data, and the fields of SavedSlice.
inline constexpr std::uint32_t kSavedTensorSlicesData = 2;
inline constexpr std::uint32_t kSavedSliceName = 1;
inline constexpr std::uint32_t kSavedSliceSlice = 2;
inline constexpr std::uint32_t kSavedSliceData = 3;

struct WireField {
  std::uint32_t number = 0;
  WireType type = WireType::kVarint;
  ByteView bytes;  // of the value; of a varint its encoding
};

// Walks over the fields once. Groups, which no message of ours has, are passed over.
// One thread. Lifetime: fields are views of the message.
class WireFields {
 public:
  explicit WireFields(ByteView message) : rest_(message) {}

  // Takes the next field; false at the end of the message, and when it is malformed.
  // Untrusted input: yes.
  bool Next(WireField* field);

  // To be asked when Next was false.
  bool is_malformed() const { return is_malformed_; }

 private:
  bool TakeField(WireField* field);
  bool TakeBytes(std::uint64_t size, WireField* field);
  bool SkipGroup(std::uint32_t number);

  ByteView rest_;
  bool is_malformed_ = false;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_WIRE_FIELDS_H_
