#include "engine/assign/saver_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr DType kF32 = DType::kFloat32;

// Two whole variables, `a` and `b`, and two of two parts, `p` and `q`.
class Program {
 public:
  Program() {
    a = Make("a");
    b = Make("b");
    p = MakeParts("p");
    q = MakeParts("q");
  }

  Variable* Make(const std::string& name) { return *store.GetVariable(name, kF32, {2}); }
  std::vector<Variable*> MakeParts(const std::string& name) {
    return *store.GetPartitionedVariable(name, kF32, {4}, Shape{2});
  }

  VariableStore store;
  Variable* a;
  Variable* b;
  std::vector<Variable*> p;
  std::vector<Variable*> q;
};

SaverValue One(Variable* variable) { return {SaverValue::Kind::kVariable, "", {variable}}; }
SaverValue Whole(std::string name, std::vector<Variable*> parts) {
  return {SaverValue::Kind::kPartitioned, std::move(name), std::move(parts)};
}
SaverValue Parts(std::vector<Variable*> parts) {
  return {SaverValue::Kind::kParts, "", std::move(parts)};
}
SaverVarList List(std::vector<SaverValue> values) {
  SaverVarList list;
  for (SaverValue& value : values) list.values.emplace_back("", std::move(value));
  return list;
}
SaverVarList Map(std::vector<std::pair<std::string, SaverValue>> values) {
  return {true, std::move(values)};
}

// "key < op name @ slice", one an item.
std::vector<std::string> Described(const SaverVarList& list) {
  const Result<std::vector<SaverItem>> items = ResolveSaverVariables(list);
  if (!items.ok()) return {items.status().ToString()};
  std::vector<std::string> texts;
  for (const SaverItem& item : *items) {
    texts.push_back(item.key + " < " + item.variable->op_name +
                    (item.is_slice ? " @ " + item.slice_spec() : ""));
  }
  return texts;
}

TEST(SaverVariablesTest, WithoutAListEveryVariableGoesByOpNameAndPartsByFullName) {
  Program program;
  ASSERT_TRUE(program.store.Variable("A", kF32, {}).ok());

  EXPECT_THAT(Described(DefaultSaverVariables(program.store)),
              ElementsAre("A_1 < A_1", "a < a", "b < b", "p < p/part_0 @ 4 0,2",
                          "p < p/part_1 @ 4 2,2", "q < q/part_0 @ 4 0,2", "q < q/part_1 @ 4 2,2"));
}

TEST(SaverVariablesTest, PartsOfAListAreInTheOrderOfTheirNames) {
  Program program;
  const std::vector<Variable*> many =
      *program.store.GetPartitionedVariable("m", kF32, {11}, Shape{11});

  const std::vector<std::string> by_name = Described(List({One(many[10]), One(many[2])}));
  const std::vector<std::string> whole = Described(List({Whole("m", {many[2], many[10]})}));

  EXPECT_THAT(by_name, ElementsAre("m < m/part_10 @ 11 10,1", "m < m/part_2 @ 11 2,1"));
  EXPECT_THAT(whole, ElementsAre("m < m/part_2 @ 11 2,1", "m < m/part_10 @ 11 10,1"));
}

TEST(SaverVariablesTest, AMapNamesVariablesAndListsOfParts) {
  Program program;

  EXPECT_THAT(Described(Map({{"z", One(program.a)},
                             {"y", Whole("p", program.p)},
                             {"x", Parts({program.q[1], program.q[0]})},
                             {"", One(program.b)}})),
              ElementsAre(" < b", "x < q/part_1 @ 4 2,2", "x < q/part_0 @ 4 0,2",
                          "y < p/part_0 @ 4 0,2", "y < p/part_1 @ 4 2,2", "z < a"));
}

TEST(SaverVariablesTest, APartByItselfIsATensorOfItsOwnInAMap) {
  Program program;

  EXPECT_THAT(Described(Map({{"x", Whole("p", program.p)}, {"y", One(program.p[0])}})),
              ElementsAre("x < p/part_0 @ 4 0,2", "x < p/part_1 @ 4 2,2", "y < p/part_0"));
}

struct RefusedList {
  const char* name;
  std::function<SaverVarList(Program&)> make;
  const char* words;
};

class RefusedListTest : public testing::TestWithParam<RefusedList> {};

TEST_P(RefusedListTest, IsAValueErrorThatNamesTheVariable) {
  Program program;

  const Status status = ResolveSaverVariables(GetParam().make(program)).status();

  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Lists, RefusedListTest,
    testing::Values(
        RefusedList{"Nothing", [](Program&) { return List({}); }, "No variables to save"},
        RefusedList{"NoParts",
                    [](Program&) {
                      return Map({{"x", Parts({})}});
                    },
                    "No variables to save"},
        RefusedList{"Twice",
                    [](Program& p) {
                      return List({One(p.a), One(p.a)});
                    },
                    "At least two variables have the same name: a"},
        RefusedList{"WholeTwice",
                    [](Program& p) {
                      return List({Whole("p", p.p), Whole("p", p.p)});
                    },
                    "At least two variables have the same name: p"},
        RefusedList{"WholeAndPart",
                    [](Program& p) {
                      return List({Whole("p", p.p), One(p.p[0])});
                    },
                    "Mixing slices and non-slices with the same name: p"},
        RefusedList{"PartsThenWhole",
                    [](Program& p) {
                      Variable* same = *p.store.Variable("p", kF32, {2}, {{}, false, "p"});
                      return List({One(p.p[0]), One(same)});
                    },
                    "At least two variables have the same name: p"},
        RefusedList{"PartTwice",
                    [](Program& p) {
                      return List({One(p.p[0]), One(p.p[0])});
                    },
                    "restored with two names: 'p/part_0'"},
        RefusedList{"TwoNames",
                    [](Program& p) {
                      return Map({{"x", One(p.a)}, {"y", One(p.a)}});
                    },
                    "restored with two names: 'a', the second time as y"},
        RefusedList{"PartAndList",
                    [](Program& p) {
                      return Map({{"x", Whole("p", p.p)}, {"y", Parts({p.p[0]})}});
                    },
                    "restored with two names: 'p/part_0'"},
        RefusedList{"OtherTensor",
                    [](Program& p) {
                      return Map({{"x", Parts({p.p[0], p.q[1]})}});
                    },
                    "Slices must all be from the same tensor: p != q"},
        RefusedList{"NoSlice",
                    [](Program& p) {
                      return Map({{"x", Parts({p.a})}});
                    },
                    "Slices must all be slices, and 'a'"}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace thaw
