// The golden checkpoints of this folder and what make_golden.py and make_golden_v1.py wrote down
// about them.
//
// Role in the flow: test support; manifests in, plain structs out. make_golden.py describes them.

#ifndef THAW_TESTS_GOLDEN_GOLDEN_MANIFEST_H_
#define THAW_TESTS_GOLDEN_GOLDEN_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw {

// One tensor as it was given to TensorFlow, or as TensorFlow read it.
struct GoldenTensor {
  std::string name;
  DType dtype = DType::kInvalid;
  Shape shape;        // of the whole tensor
  std::string spec;   // of a slice, in TensorFlow's shape_and_slice form; empty: a whole tensor
  std::string bytes;  // elements as stored; of a variant its payload
  std::vector<std::string> strings;  // the elements of a string tensor
};

struct GoldenBundle {
  std::string name;
  bool is_reproducible = false;    // our writer must write the same bytes
  std::uint32_t num_files = 0;     // of a V1 checkpoint; 0: one, of the bundle's own name
  std::vector<GoldenTensor> puts;  // in the order of writing
  std::vector<GoldenTensor> gets;  // in byte order of names
};

// A file of TensorFlow that is too large to keep.
struct GoldenDigest {
  std::string file;
  std::uint64_t size = 0;
  std::uint32_t crc32c = 0;
};

struct GoldenManifest {
  std::vector<GoldenBundle> bundles;
  std::vector<GoldenDigest> digests;
};

// Reads manifest.txt (V2 checkpoints) or manifest_v1.txt once. Aborts the test program with a
// message when it is malformed.
const GoldenManifest& Golden();
const GoldenManifest& GoldenV1();

// "…/tests/golden/NAME".
std::string GoldenPath(std::string_view name);

// All bytes of a file; aborts the test program when it cannot be read.
std::string ReadFileBytes(const std::string& path);

// Texts of the manifests of this folder and of tests/malformed.
std::string PercentDecoded(std::string_view text);
// Hexadecimal digits, and runs as "(xx*N)".
std::string HexDecoded(std::string_view text);
// Hexadecimal strings, each ended by a comma.
std::vector<std::string> HexListDecoded(std::string_view text);

}  // namespace thaw

#endif  // THAW_TESTS_GOLDEN_GOLDEN_MANIFEST_H_
