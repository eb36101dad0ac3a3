// An entry of a bundle's index as protobuf's generated classes decode it: what the decoder in
// io/checkpoint/bundle_v2/bundle_entry.cc is compared with.

#ifndef THAW_TESTS_SUPPORT_PROTOBUF_ENTRY_H_
#define THAW_TESTS_SUPPORT_PROTOBUF_ENTRY_H_

#include <optional>

#include "io/base/bytes.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"

namespace thaw {

// nullopt: protobuf refuses it.
std::optional<BundleEntry> DecodeWithProtobuf(ByteView value);

// Whether both decoders refuse `value`, or both get the same from it.
bool DecodersAgree(ByteView value);

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_PROTOBUF_ENTRY_H_
