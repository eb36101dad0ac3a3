#include "engine/variables/model_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace thaw {
namespace {

TEST(ModelFileTest, FoundingCaseIsRead) {
  const auto store = ParseModel(R"({"variables": [
    {"made_by": "Variable", "name": "foo", "shape": [], "dtype": "float32",
     "initializer": {"constant": 0}},
    {"made_by": "get_variable", "name": "bar", "shape": []},
    {"made_by": "get_variable", "name": "s/emb", "shape": [100, 16], "initializer": "zeros",
     "partitions": [5, 1], "use_resource": true}]})",
                                "model.json");

  ASSERT_TRUE(store.ok()) << store.status().ToString();
  ASSERT_EQ(store->variables().size(), 7u);
  EXPECT_EQ(store->variables()[0]->made_by, MadeBy::kVariable);
  EXPECT_EQ(store->FindKey("bar")->dtype, DType::kFloat32);
  EXPECT_TRUE(std::holds_alternative<GlorotUniformInitializer>(store->FindKey("bar")->initializer));
  EXPECT_EQ(store->FindKey("s/emb/part_4")->slice_info->spec(), "100 16 80,20:0,16");
  EXPECT_TRUE(store->FindKey("s/emb/part_4")->use_resource);
}

// The constant of the only variable of a model.
ConstantInitializer ReadConstant(const std::string& dtype, const std::string& shape,
                                 const std::string& value) {
  const auto store = ParseModel(
      R"({"variables": [{"made_by": "Variable", "name": "v", "dtype": ")" + dtype +
          R"(", "shape": )" + shape + R"(, "initializer": {"constant": )" + value + "}}]}",
      "m");
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return std::get<ConstantInitializer>(store->variables()[0]->initializer);
}

TEST(ModelFileTest, ConstantsAreReadExactly) {
  EXPECT_EQ(ReadConstant("int64", "[]", "9007199254740993").integers[0], 9007199254740993);
  EXPECT_EQ(ReadConstant("uint64", "[]", "18446744073709551615").integers[0], -1);
  EXPECT_EQ(ReadConstant("float32", "[2, 2]", "[[1, 2.5], [3, 4]]").reals,
            (std::vector<double>{1, 2.5, 3, 4}));
  EXPECT_EQ(ReadConstant("bool", "[2]", "[true, 0]").integers, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(ReadConstant("string", "[1]", R"(["a"])").strings, std::vector<std::string>{"a"});
  EXPECT_EQ(ReadConstant("float16", "[]", R"("-Infinity")").reals[0], -HUGE_VAL);
  EXPECT_EQ(ReadConstant("int32", "[]", "3.0").integers[0], 3);
}

struct BadModel {
  const char* name;
  std::string variables;  // the list's text, from line 2 on
  const char* words;
};

class BadModelTest : public testing::TestWithParam<BadModel> {};

TEST_P(BadModelTest, IsRefusedWithItsPlace) {
  const auto store =
      ParseModel("{\"variables\": [\n" + GetParam().variables + "\n]}", "model.json");

  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(store.status().tf_class(), "");
  EXPECT_NE(store.status().message().find(GetParam().words), std::string::npos)
      << store.status().message();
}

// A good variable with more fields.
std::string With(const std::string& more) {
  return R"({"made_by": "get_variable", "name": "w", "shape": [4])" + more + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Models, BadModelTest,
    testing::Values(
        BadModel{"NotAnObject", "3", "model.json: line 2: variables[0]: expected an object"},
        BadModel{"UnknownField", With(",\n\"Shape\": []"),
                 "line 3: variables[0].Shape: unknown field"},
        BadModel{"NoMadeBy", R"({"name": "w", "shape": []})", "\"made_by\" is missing"},
        BadModel{"BadMadeBy", R"({"made_by": "get", "name": "w", "shape": []})",
                 "variables[0].made_by"},
        BadModel{"NoName", R"({"made_by": "Variable", "shape": []})", "\"name\" is missing"},
        BadModel{"NoShape", R"({"made_by": "Variable", "name": "w"})", "\"shape\" is missing"},
        BadModel{"EmptyName", R"({"made_by": "Variable", "name": "", "shape": []})",
                 "not a valid root scope name"},
        BadModel{"NegativeDim", R"({"made_by": "Variable", "name": "w", "shape": [2,
-1]})",
                 "line 3: variables[0].shape[1]: -1 is less than 0"},
        BadModel{"FractionalDim", R"({"made_by": "Variable", "name": "w", "shape": [1.5]})",
                 "variables[0].shape[0]: expected a whole number"},
        BadModel{"HugeDim",
                 R"({"made_by": "Variable", "name": "w", "shape": [18446744073709551615]})",
                 "too large"},
        BadModel{"HugeShape",
                 R"({"made_by": "Variable", "name": "w", "shape": [4294967296, 4294967296]})",
                 "variables[0].shape: the shape has too many elements"},
        BadModel{"DType", With(R"(, "dtype": "float33")"),
                 "variables[0].dtype: 'float33' is no dtype"},
        BadModel{"Resource", With(R"(, "dtype": "resource")"), "no variable holds dtype"},
        BadModel{"UnknownInitializer", With(R"(, "initializer": "twos")"),
                 "variables[0].initializer: unknown initializer"},
        BadModel{"ConstantOfOtherShape", With(R"(, "initializer": {"constant": [1, 2]})"),
                 "variables[0].initializer: Shapes (4,) and (2,)"},
        BadModel{"RaggedConstant",
                 With(R"(, "initializer": {"constant": [[1], [2, 3], [4], [5]]})"),
                 "initializer.constant[1]"},
        BadModel{"TextForNumbers", With(R"(, "initializer": {"constant": "x"})"),
                 "initializer.constant: expected a number"},
        BadModel{"UniformField", With(R"(, "initializer": {"uniform": {"lo": 1}})"),
                 "variables[0].initializer.uniform.lo: unknown field"},
        BadModel{"BoolAsText", With(R"(, "use_resource": "yes")"),
                 "variables[0].use_resource: expected true or false"},
        BadModel{"PartitionsOfVariable",
                 R"({"made_by": "Variable", "name": "w", "shape": [4], "partitions": [2]})",
                 "only get_variable"},
        BadModel{"TooManyParts", With(R"(, "partitions": [5])"),
                 "variables[0]: Expected 0 <= offset < shape but found offset=4, shape=4"},
        BadModel{"ZeroParts", With(R"(, "partitions": [0])"),
                 "variables[0].partitions[0]: 0 is less than 1"},
        BadModel{"TwiceAName", With("") + ",\n" + With(""),
                 "line 3: variables[1]: Variable w already exists"},
        BadModel{
            "TwiceAnOpName",
            With("") + R"(, {"made_by": "Variable", "name": "v", "shape": [], "op_name": "w"})",
            "variables[1]: Duplicate node name in graph: 'w'"},
        BadModel{"OutOfRange", With(R"(, "dtype": "int8", "initializer": {"constant": 200})"),
                 "dtype int8 cannot hold 200"},
        BadModel{"NoDefault", With(R"(, "dtype": "complex64")"),
                 "An initializer for a variable of complex64 is required"}),
    [](const auto& test) { return test.param.name; });

TEST(ModelFileTest, OtherRootsAreRefused) {
  EXPECT_FALSE(ParseModel("[]", "m").ok());
  EXPECT_FALSE(ParseModel("{}", "m").ok());
  EXPECT_FALSE(ParseModel(R"({"variables": {}})", "m").ok());
  EXPECT_TRUE(ParseModel(R"({"variables": []})", "m").ok());
}

}  // namespace
}  // namespace thaw
