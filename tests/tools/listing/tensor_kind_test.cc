#include "tools/listing/tensor_kind.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

struct Case {
  const char* name;
  DType dtype;
  std::size_t rank;
  TensorKind kind;
};

// Names as TensorFlow's own programs wrote them.
TEST(TensorKindTest, Table) {
  constexpr std::int64_t kShape[] = {3, 3};
  const Case cases[] = {
      {"bert/pooler/dense/kernel", DType::kFloat32, 2, TensorKind::kWeight},
      {"bert/pooler/dense/kernel/adam_m", DType::kFloat32, 2, TensorKind::kOptimizerSlot},
      {"w/Adam", DType::kFloat32, 2, TensorKind::kOptimizerSlot},
      {"w/Adam_1", DType::kFloat32, 2, TensorKind::kOptimizerSlot},
      {"w/Momentum", DType::kFloat32, 2, TensorKind::kOptimizerSlot},
      {"beta1_power", DType::kFloat32, 0, TensorKind::kOptimizerSlot},
      {"training/head/beta2_power_1", DType::kFloat32, 0, TensorKind::kOptimizerSlot},
      {"wi/kernel_slot_vc", DType::kFloat32, 1, TensorKind::kOptimizerSlot},
      {"v/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", DType::kFloat32, 2,
       TensorKind::kOptimizerSlot},
      {"optimizer/_variables/2/.ATTRIBUTES/VARIABLE_VALUE", DType::kFloat32, 2,
       TensorKind::kOptimizerSlot},
      {"optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE", DType::kFloat32, 0,
       TensorKind::kOptimizerSlot},
      {"w/ExponentialMovingAverage", DType::kFloat32, 2, TensorKind::kEma},
      {"global_step", DType::kInt64, 0, TensorKind::kCounter},
      {"global_step", DType::kInt64, 1, TensorKind::kWeight},
      {"save_counter/.ATTRIBUTES/VARIABLE_VALUE", DType::kInt64, 0, TensorKind::kCounter},
      {"optimizer/iter/.ATTRIBUTES/VARIABLE_VALUE", DType::kInt64, 0, TensorKind::kCounter},
      {"train_stats/problem_0_steps", DType::kInt32, 0, TensorKind::kCounter},
      {"_CHECKPOINTABLE_OBJECT_GRAPH", DType::kString, 0, TensorKind::kObjectGraph},
      {"batch_normalization/moving_mean", DType::kFloat32, 1, TensorKind::kWeight},
      {"Adam", DType::kFloat32, 2, TensorKind::kWeight},
      {"", DType::kFloat32, 0, TensorKind::kWeight},
  };
  for (const Case& c : cases) {
    const TensorInfo tensor = {c.name, c.dtype, Dims(kShape, c.rank), {}};
    EXPECT_EQ(TensorKindName(KindOf(tensor)), TensorKindName(c.kind)) << c.name;
  }
}

}  // namespace
}  // namespace thaw
