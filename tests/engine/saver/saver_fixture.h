// SaverFixture: a program, a folder, and shorthands for the tests of savers.

#ifndef THAW_TESTS_ENGINE_SAVER_SAVER_FIXTURE_H_
#define THAW_TESTS_ENGINE_SAVER_SAVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/saver/saver.h"
#include "tests/support/temp_folder.h"

namespace thaw {

inline constexpr DType kF32 = DType::kFloat32;

inline std::vector<float> ValuesOf(const Variable& variable) {
  std::vector<float> values(variable.buffer.size() / sizeof(float));
  std::memcpy(values.data(), variable.buffer.data(), variable.buffer.size());
  return values;
}

class SaverFixture : public testing::Test {
 protected:
  Variable* Make(const std::string& name, double value, const Shape& shape = {2},
                 DType dtype = kF32) {
    return *store_.GetVariable(name, dtype, shape, {Constant(value), false, ""});
  }
  void Initialise() { ASSERT_TRUE(Initialize(store_).status.ok()); }
  static Saver MakeSaver(VariableStore& store, const SaverOptions& options = {}) {
    return *Saver::Create(store, std::nullopt, options);
  }
  // Saves under `name`, with a step.
  static std::string SaveStep(Saver& saver, const std::string& path, std::int64_t step) {
    SaveOptions options;
    options.global_step = step;
    return saver.Save(path, options)->value();
  }

  TempFolder folder_;
  VariableStore store_;
};

}  // namespace thaw

#endif  // THAW_TESTS_ENGINE_SAVER_SAVER_FIXTURE_H_
