#include "engine/variables/variable_getter.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace thaw {
namespace {

ArrayValue Int32Array(Shape shape, const std::vector<std::int32_t>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {DType::kInt32, std::move(shape),
          std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end()), nullptr};
}

VariableRequest Request(std::string name, std::optional<Shape> shape, Reuse reuse = Reuse::kNo) {
  VariableRequest request;
  request.name = std::move(name);
  request.shape = std::move(shape);
  request.dtype = DType::kFloat32;
  request.reuse = reuse;
  return request;
}

VariableRequest Parted(std::string name, std::optional<Shape> shape, Reuse reuse = Reuse::kNo,
                       std::int64_t parts = 2) {
  VariableRequest request = Request(std::move(name), std::move(shape), reuse);
  request.partitioner = FixedSizePartitioner(parts);
  return request;
}

class VariableGetterTest : public testing::Test {
 protected:
  std::string Fails(const VariableRequest& request) {
    const Status status = GetVariableIn(table_, request).status();
    EXPECT_EQ(status.tf_class(), "ValueError") << status.ToString();
    return status.what();
  }

  VariableTable table_;
};

TEST_F(VariableGetterTest, ReuseReturnsTheSameObject) {
  const GotVariable made = *GetVariableIn(table_, Request("a", Shape{4}));
  const GotVariable parted = *GetVariableIn(table_, Parted("p", Shape{4}));

  for (const Reuse reuse : {Reuse::kYes, Reuse::kAuto, Reuse::kDefault}) {
    EXPECT_EQ(GetVariableIn(table_, Request("a", std::nullopt, reuse))->variable, made.variable);
    EXPECT_EQ(GetVariableIn(table_, Request("a", Shape{kUnknownDim}, reuse))->variable,
              made.variable);
    EXPECT_EQ(GetVariableIn(table_, Parted("p", Shape{4}, reuse))->partitioned, parted.partitioned);
  }
  // Only True finds the parts without their partitioner.
  EXPECT_EQ(GetVariableIn(table_, Request("p", std::nullopt, Reuse::kYes))->partitioned,
            parted.partitioned);
  EXPECT_NE(Fails(Request("p", std::nullopt, Reuse::kAuto)).find("No partitioner"),
            std::string::npos);
}

TEST_F(VariableGetterTest, ReuseChecksShapeAndDType) {
  VariableRequest resource = Request("r", Shape{4});
  resource.use_resource = true;
  ASSERT_TRUE(GetVariableIn(table_, resource).ok());
  ASSERT_TRUE(GetVariableIn(table_, Request("a", Shape{4})).ok());
  VariableRequest other = Request("a", Shape{4}, Reuse::kYes);
  other.dtype = DType::kInt32;

  EXPECT_EQ(Fails(other),
            "Trying to share variable a, but specified dtype int32 and found dtype float32_ref.");
  other.name = "r";
  EXPECT_EQ(Fails(other),
            "Trying to share variable r, but specified dtype int32 and found dtype float32.");
  EXPECT_EQ(Fails(Request("a", Shape{5}, Reuse::kAuto)),
            "Trying to share variable a, but specified shape (5,) and found shape (4,).");
}

TEST_F(VariableGetterTest, PartsAgreeInShapeDTypeAndPartitions) {
  ASSERT_TRUE(GetVariableIn(table_, Parted("p", Shape{4})).ok());
  VariableRequest tuple = Parted("p", Shape{4}, Reuse::kYes);
  tuple.partitioner->partition = [](const Shape&, DType) {
    return Result<Partitions>(Partitions{{2}, true});
  };

  EXPECT_NE(Fails(Parted("p", Shape{5}, Reuse::kYes)).find("shape (5,) and found shape (4,)"),
            std::string::npos);
  EXPECT_NE(Fails(Parted("p", Shape{4}, Reuse::kYes, 3)).find("partitions [3] and found"),
            std::string::npos);
  EXPECT_NE(Fails(tuple).find("partitions (2,) and found partitions [2]"), std::string::npos);
}

TEST_F(VariableGetterTest, AValueBringsShapeAndDTypeAndIsCut) {
  VariableRequest request = Parted("p", std::nullopt);
  request.initializer = InitializerArgument{Int32Array({3}, {1, 2, 3}), nullptr};

  const PartitionedVariable* parted = GetVariableIn(table_, request)->partitioned;

  EXPECT_EQ(parted->dtype, DType::kInt32);
  EXPECT_EQ(parted->shape, Shape{3});
  std::int32_t value = 0;
  const Variable& last = *parted->parts[1];
  ASSERT_TRUE(FillBuffer(last.initializer, last.dtype, last.shape, last.slice_info->full_shape,
                         &last.slice_info->slice, std::as_writable_bytes(std::span(&value, 1)))
                  .ok());
  EXPECT_EQ(value, 3);
  request.name = "q";
  request.shape = Shape{4};
  EXPECT_NE(Fails(request).find("Shapes (4,) and (3,) are not compatible"), std::string::npos);
}

TEST_F(VariableGetterTest, FunctionsAreCalledWhenTheVariableIsMade) {
  std::vector<std::string> calls;
  InitializerFunction function;
  function.make = [&](const Shape& shape, DType, const PartitionInfo* part) {
    calls.push_back(ShapeToString(shape) + (part ? " of " + ShapeToString(part->full_shape) : ""));
    return Result<Initializer>(Ones());
  };
  VariableRequest request = Request("a", Shape{2}, Reuse::kAuto);
  request.initializer = InitializerArgument{function, nullptr};
  VariableRequest parted = Parted("p", Shape{3}, Reuse::kAuto);
  parted.initializer = request.initializer;

  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(GetVariableIn(table_, request).ok());
    ASSERT_TRUE(GetVariableIn(table_, parted).ok());
  }

  EXPECT_EQ(calls, (std::vector<std::string>{"[2]", "[2] of [3]", "[1] of [3]"}));
}

TEST_F(VariableGetterTest, AFailedVariableTakesItsNameAndNothingElse) {
  InitializerFunction function;
  function.make = [](const Shape&, DType, const PartitionInfo*) {
    return Result<Initializer>(CancelledError("mine"));
  };
  VariableRequest request = Request("a", Shape{2});
  request.initializer = InitializerArgument{function, nullptr};

  EXPECT_EQ(GetVariableIn(table_, request).status().what(), "mine");

  EXPECT_EQ(table_.FindKey("a"), nullptr);
  EXPECT_EQ(GetVariableIn(table_, Request("a", Shape{2}))->variable->op_name, "a_1");
}

// TensorFlow chooses an initializer for the first, which then refuses the dtype.
TEST_F(VariableGetterTest, ADefaultInitializerThatRefusesFailsAfterTheNameIsTaken) {
  for (const auto& [name, dtype, op_name] :
       {std::tuple("a", DType::kFloat8E5M2, "a_1"), std::tuple("b", DType::kFloat8E4M3FN, "b_1"),
        std::tuple("c", DType::kComplex64, "c")}) {
    VariableRequest request = Request(name, Shape{2});
    request.use_resource = true;
    request.dtype = dtype;
    Fails(request);

    EXPECT_EQ(GetVariableIn(table_, Request(name, Shape{2}))->variable->op_name, op_name);
  }
}

TEST_F(VariableGetterTest, AResourceVariableCalledNothingHasNoOutputName) {
  VariableRequest request = Request("", Shape{2});
  EXPECT_EQ(GetVariableIn(table_, request)->variable->OutputName(), "VariableV2:0");

  VariableTable other;
  request.use_resource = true;
  const Variable& variable = *GetVariableIn(other, request)->variable;
  EXPECT_EQ(variable.OutputName(), ":0");
  EXPECT_EQ(variable.op_name, "VarHandleOp");
}

TEST_F(VariableGetterTest, TooManyPartsLeaveTheFirst) {
  VariableRequest request = Parted("p", Shape{2});
  request.partitioner->partition = [](const Shape&, DType) {
    return Result<Partitions>(Partitions{{3}});
  };

  EXPECT_NE(Fails(request).find("offset=2, shape=2"), std::string::npos);

  EXPECT_EQ(table_.variables().size(), 2u);
  EXPECT_EQ(table_.FindPartitioned("p"), nullptr);
  EXPECT_NE(Fails(Parted("p", Shape{2}, Reuse::kNo, 1)).find("extra shard p/part_1"),
            std::string::npos);
}

TEST_F(VariableGetterTest, LocalVariablesAreNotTrainable) {
  VariableRequest request = Request("l", Shape{2});
  request.is_local = true;
  std::vector<std::string> made;
  request.on_made = [&](Variable& variable) {
    made.push_back(variable.op_name);
    return Status();
  };

  const Variable& local = *GetVariableIn(table_, request)->variable;

  EXPECT_TRUE(local.is_local);
  EXPECT_FALSE(local.trainable);
  EXPECT_EQ(made, std::vector<std::string>{"l"});
}

}  // namespace
}  // namespace thaw
