#include "io/checkpoint/object_graph/object_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/graph_maker.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ObjectGraphTest, AFullNameAndItsKeyNameEachOther) {
  const auto graph = GraphMaker(2).Child(0, "w", 1).Value(1, "dense/kernel", "w/K").Decode();

  ASSERT_TRUE(graph.ok()) << graph.status().ToString();
  EXPECT_THAT(graph->KeysOfFullName("dense/kernel"), ElementsAre("w/K"));
  EXPECT_EQ(graph->FullNameOf("w/K"), "dense/kernel");
  EXPECT_THAT(graph->KeysOfFullName("dense"), ElementsAre());
  EXPECT_EQ(graph->FullNameOf("w"), "");
}

TEST(ObjectGraphTest, TheLastOfEqualFullNamesIsTheSavers) {
  const auto graph =
      GraphMaker(3).Value(2, "v", "a").Value(1, "v", "b").Value(0, "v", "c").Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->LastKeyOfFullName("v"), "a");
  EXPECT_THAT(graph->KeysOfFullName("v"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(graph->LastKeyOfFullName("w"), std::nullopt);
}

TEST(ObjectGraphTest, OneKeyOfTwoObjectsIsOneKey) {
  const auto graph = GraphMaker(2).Value(0, "v", "k").Value(1, "v", "k").Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(graph->KeysOfFullName("v"), ElementsAre("k"));
  EXPECT_EQ(graph->FullNameOf("k"), "v");
}

TEST(ObjectGraphTest, AKeyWithTwoNamesHasNone) {
  const auto graph = GraphMaker(2).Value(0, "v", "k").Value(1, "u", "k").Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->FullNameOf("k"), "");
}

TEST(ObjectGraphTest, EveryPathLeadsToTheKey) {
  const auto graph = GraphMaker(3)
                         .Child(0, "model", 1)
                         .Child(1, "kernel", 2)
                         .Child(0, "v", 2)
                         .Value(2, "k", "v/.ATTRIBUTES/VARIABLE_VALUE")
                         .Value(2, "", "v/.ATTRIBUTES/extra", "extra")
                         .Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->KeyOfPath("v"), "v/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_EQ(graph->KeyOfPath("model/kernel"), "v/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_EQ(graph->KeyOfPath("model/kernel/.ATTRIBUTES/extra"), "v/.ATTRIBUTES/extra");
  EXPECT_EQ(graph->KeyOfPath("model"), std::nullopt);
  EXPECT_EQ(graph->KeyOfPath("model/kernel/"), std::nullopt);
  EXPECT_EQ(graph->KeyOfPath(""), std::nullopt);
  EXPECT_EQ(graph->PathOf(2), "v");
}

TEST(ObjectGraphTest, PathsAreEscapedAsTensorFlowDoes) {
  const auto graph = GraphMaker(2)
                         .Child(0, "a.b/c", 1)
                         .Value(1, "", "a..b.Sc/.ATTRIBUTES/VARIABLE_VALUE")
                         .Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(EscapeLocalName("a.b/c"), "a..b.Sc");
  EXPECT_EQ(graph->KeyOfPath("a..b.Sc"), "a..b.Sc/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_EQ(graph->KeyOfPath("a.b/c"), std::nullopt);
  EXPECT_EQ(graph->PathOf(1), "a..b.Sc");
}

TEST(ObjectGraphTest, PathsAreShortestAndInTheOrderOfTheFile) {
  const auto graph =
      GraphMaker(4).Child(0, "z", 1).Child(0, "a", 2).Child(2, "x", 3).Child(1, "y", 3).Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->PathOf(3), "z/y");
  EXPECT_EQ(graph->PathOf(0), "");
}

TEST(ObjectGraphTest, CirclesAndUnreachedObjectsAreFine) {
  const auto graph = GraphMaker(4)
                         .Child(0, "a", 1)
                         .Child(1, "b", 2)
                         .Child(2, "root", 0)
                         .Child(2, "self", 2)
                         .Child(3, "lost", 3)
                         .Value(2, "v", "k")
                         .Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->KeyOfPath("a/b/root/a/b/self/self"), "k");
  EXPECT_EQ(graph->PathOf(2), "a/b");
  EXPECT_EQ(graph->PathOf(3), "");
}

TEST(ObjectGraphTest, SlotsNameTheirVariableAndOptimizer) {
  const auto graph = GraphMaker(4)
                         .Child(0, "w", 1)
                         .Child(0, "opt", 2)
                         .Value(1, "w", "w/K")
                         .Value(3, "w/Adam", "w/.OPTIMIZER_SLOT/opt/m/K")
                         .Slot(2, 1, "m", 3)
                         .Decode();

  ASSERT_TRUE(graph.ok());
  ASSERT_EQ(graph->slot_variables().size(), 1u);
  const SlotVariable& slot = graph->slot_variables()[0];
  EXPECT_EQ(slot.slot_name, "m");
  EXPECT_EQ(graph->PathOf(slot.original), "w");
  EXPECT_EQ(graph->PathOf(slot.optimizer), "opt");
  EXPECT_EQ(graph->RoleOf("w/.OPTIMIZER_SLOT/opt/m/K"), OptimizerRole::kSlot);
  EXPECT_EQ(graph->RoleOf("w/K"), OptimizerRole::kNone);
}

TEST(ObjectGraphTest, AKerasOptimizerOwnsItsListButNotTheModelsVariables) {
  const auto graph = GraphMaker(8)
                         .Child(0, "opt", 1)
                         .Child(1, "_iterations", 2)
                         .Child(1, "_learning_rate", 3)
                         .Child(1, "_variables", 4)
                         .Child(4, "0", 5)
                         .Child(1, "_trainable_variables", 6)
                         .Child(6, "0", 7)
                         .Value(3, "", "rate")
                         .Value(5, "", "momentum")
                         .Value(7, "", "kernel")
                         .Decode();

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->RoleOf("rate"), OptimizerRole::kState);
  EXPECT_EQ(graph->RoleOf("momentum"), OptimizerRole::kState);
  EXPECT_EQ(graph->RoleOf("kernel"), OptimizerRole::kNone);
}

TEST(ObjectGraphTest, AReferenceToNowhereIsDataLoss) {
  for (const int node : {2, -1, 1 << 30}) {
    const Status child = GraphMaker(2).Child(1, "a", node).Decode().status();
    const Status original = GraphMaker(2).Slot(1, node, "m", 0).Decode().status();
    const Status slot = GraphMaker(2).Slot(1, 0, "m", node).Decode().status();

    for (const Status& status : {child, original, slot}) {
      EXPECT_EQ(status.code(), StatusCode::kDataLoss);
      EXPECT_THAT(status.what(), HasSubstr("refers to object " + std::to_string(node)));
    }
  }
}

TEST(ObjectGraphTest, EveryPrefixIsRefusedOrAGraph) {
  const std::string whole =
      GraphMaker(3).Child(0, "a", 1).Child(1, "b", 2).Value(2, "v", "k").Slot(1, 2, "m", 0).Bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto graph = ObjectGraph::Decode(AsBytes(whole.substr(0, size)));

    if (!graph.ok()) {
      EXPECT_EQ(graph.status().code(), StatusCode::kDataLoss) << size;
    }
  }
}

TEST(ObjectGraphTest, UnknownFieldsAreSkipped) {
  const std::string known = GraphMaker(1).Value(0, "v", "k").Bytes();
  const std::string unknown = "\x10\x01\x1a\x02zz";  // fields 2 and 3

  const auto graph = ObjectGraph::Decode(AsBytes(unknown + known + unknown));

  ASSERT_TRUE(graph.ok()) << graph.status().ToString();
  EXPECT_EQ(graph->num_nodes(), 1u);
  EXPECT_EQ(graph->FullNameOf("k"), "v");
}

TEST(ObjectGraphTest, AnEmptyGraphKnowsNothing) {
  const auto graph = ObjectGraph::Decode({});

  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->num_nodes(), 0u);
  EXPECT_EQ(graph->KeyOfPath("a"), std::nullopt);
  EXPECT_THAT(graph->KeysOfFullName(""), ElementsAre());
}

TEST(ObjectGraphTest, NoiseAndTooManyBytesAreRefused) {
  EXPECT_EQ(ObjectGraph::Decode(AsBytes("no proto at all")).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(ObjectGraph::Decode(AsBytes(std::string(1, '\0'))).status().code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(
      ObjectGraph::Decode(AsBytes(std::string(kMaxObjectGraphBytes + 1, 'x'))).status().code(),
      StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace thaw
