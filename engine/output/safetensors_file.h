// SafetensorsFile: a safetensors file that is being written.
//
// Role in the flow: `--out x.safetensors`. The header lists arrays in byte order of their names;
// their elements lie by falling width, then by name, so that each array is aligned to its element
// and there are no holes, as the format demands.
// Source: github.com/huggingface/safetensors, README "Format".

#ifndef THAW_ENGINE_OUTPUT_SAFETENSORS_FILE_H_
#define THAW_ENGINE_OUTPUT_SAFETENSORS_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/output/array_layout.h"
#include "engine/output/output.h"
#include "io/storage/atomic_file.h"

namespace thaw {

// Skips dtypes that the format lacks (strings, complex, quantised and 4-bit types, …), names that
// are not UTF-8, and the reserved name "__metadata__".
// One thread.
class SafetensorsFile final : public Output {
 public:
  // Errors: as AtomicFile::Create.
  static Result<std::unique_ptr<Output>> Create(const std::string& path, IfExists if_exists);

  // Errors: also Unimplemented  the header would be longer than readers accept.
  Status Declare(std::span<const ArraySpec> arrays) override;
  const std::vector<SkippedArray>& skipped() const override { return layout_.skipped(); }
  Status Write(std::size_t index, ByteView elements) override;
  Status Finish() override;

 private:
  explicit SafetensorsFile(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  std::unique_ptr<AtomicFile> file_;
  ArrayLayout layout_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_SAFETENSORS_FILE_H_
