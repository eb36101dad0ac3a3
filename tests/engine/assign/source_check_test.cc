#include "engine/assign/source_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/variables/variable_store.h"
#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

constexpr DType kF32 = DType::kFloat32;

CheckpointSource Source(const FakeTensor& tensor, std::string slice_spec = "") {
  CheckpointSource source;
  source.checkpoint = FakeCheckpoint::Make({{"t", tensor}});
  source.tensor = "t";
  source.slice_spec = std::move(slice_spec);
  return source;
}

TEST(SourceCheckTest, DTypeIsCheckedFirst) {
  VariableStore store;
  Variable* w = *store.GetVariable("w", kF32, {2});

  const Status status = CheckSource(*w, Source({{3}, DType::kFloat64, {}})).status;

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.what(), testing::HasSubstr("expected dtype float32"));
  EXPECT_THAT(status.what(), testing::HasSubstr("float64"));
}

TEST(SourceCheckTest, WholeShapeMustFit) {
  VariableStore store;
  Variable* w = *store.GetVariable("w", kF32, {2});

  EXPECT_TRUE(CheckSource(*w, Source({{2}, kF32, {}})).ok());
  EXPECT_THAT(CheckSource(*w, Source({{3}, kF32, {}})).status.what(), testing::HasSubstr("[3]"));
}

TEST(SourceCheckTest, PartNeedsTheFullShapeAndItsElements) {
  VariableStore store;
  Variable* part = (*store.GetPartitionedVariable("e", kF32, {4}, Shape{2}))[1];
  const std::string spec = part->slice_info->spec();
  const TensorSlice head{{{0, 2}}};
  const TensorSlice tail{{{2, 2}}};

  EXPECT_TRUE(CheckSource(*part, Source({{4}, kF32, {}}, spec)).ok());
  EXPECT_TRUE(CheckSource(*part, Source({{4}, kF32, {head, tail}}, spec)).ok());
  EXPECT_TRUE(CheckSource(*part, Source({{4}, kF32, {tail}}, spec)).ok());
  EXPECT_THAT(CheckSource(*part, Source({{5}, kF32, {}}, spec)).status.what(),
              testing::HasSubstr("does not match the shape stored"));
  EXPECT_THAT(CheckSource(*part, Source({{4}, kF32, {head}}, spec)).status.what(),
              testing::HasSubstr("sufficient slices"));
}

TEST(SourceCheckTest, TensorWithHolesCannotBeReadWhole) {
  VariableStore store;
  Variable* w = *store.GetVariable("w", kF32, {4});

  EXPECT_FALSE(CheckSource(*w, Source({{4}, kF32, {TensorSlice{{{0, 2}}}}})).ok());
}

}  // namespace
}  // namespace thaw
