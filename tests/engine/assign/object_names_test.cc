// Maps over checkpoints of TF2's objects: their tensors go by keys, full names and object paths.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/assign/explain.h"
#include "engine/assign/resolver.h"
#include "tests/engine/assign/fake_checkpoint.h"
#include "tests/support/graph_maker.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kKernel[] = "opt/0/.ATTRIBUTES/VARIABLE_VALUE";
constexpr char kBias[] = "opt/1/.ATTRIBUTES/VARIABLE_VALUE";

std::shared_ptr<const CheckpointReader> Model() {
  const std::string graph = GraphMaker(4)
                                .Child(0, "model", 1)
                                .Child(1, "kernel", 2)
                                .Child(1, "bias", 3)
                                .Value(2, "dense/kernel", kKernel)
                                .Value(3, "dense/bias", kBias)
                                .Bytes();
  return FakeCheckpoint::MakeWithGraph({{kKernel, FakeTensor()}, {kBias, FakeTensor()}}, graph);
}

VariableStore KernelAndBias(const std::string& scope) {
  VariableStore store;
  for (const char* name : {"bias", "kernel"}) {
    EXPECT_TRUE(store.GetVariable(scope + name, DType::kFloat32, {}).ok());
  }
  return store;
}

std::vector<std::string> Texts(const Resolution& resolution) {
  std::vector<std::string> texts;
  for (const Assignment& assignment : resolution.assignments) {
    texts.push_back(assignment.variable->op_name + " <- " + assignment.source.tensor);
  }
  return texts;
}

AssignmentMap MapOf(const std::string& key, const std::string& name) {
  AssignmentMap map;
  map.Add(key, name);
  return map;
}

TEST(ObjectNamesTest, AMapKeyMayBeAFullNameOrAnObjectPath) {
  VariableStore store = KernelAndBias("");
  for (const auto& [key, form] :
       {std::pair{"dense/kernel", NameForm::kFullName},
        std::pair{"model/kernel", NameForm::kObjectPath}, std::pair{"opt/0", NameForm::kObjectPath},
        std::pair{kKernel, NameForm::kKey}}) {
    const Resolution resolution = Resolve(Model(), MapOf(key, "kernel"), store);

    EXPECT_THAT(Texts(resolution), ElementsAre(std::string("kernel <- ") + kKernel)) << key;
    ASSERT_EQ(resolution.assignments.size(), 1u);
    EXPECT_EQ(resolution.assignments[0].source.found_as, form) << key;
  }
}

TEST(ObjectNamesTest, AScopeMayBeOneOfFullNamesOrPaths) {
  VariableStore store = KernelAndBias("new/");
  for (const char* scope : {"dense/", "model/"}) {
    const Resolution resolution = Resolve(Model(), MapOf(scope, "new/"), store);

    EXPECT_THAT(Texts(resolution), ElementsAre(std::string("new/bias <- ") + kBias,
                                               std::string("new/kernel <- ") + kKernel))
        << scope;
  }
}

TEST(ObjectNamesTest, AnUnknownNameIsStillTensorFlowsError) {
  VariableStore store = KernelAndBias("");

  const Resolution resolution = Resolve(Model(), MapOf("dense/kernl", "kernel"), store);

  ASSERT_EQ(resolution.errors.size(), 1u);
  EXPECT_EQ(resolution.errors[0].status.tf_class(), "ValueError");
  EXPECT_THAT(resolution.errors[0].status.hint(), HasSubstr("dense/kernel"));
}

TEST(ObjectNamesTest, ExplainSaysThatAnotherNameWasUsed) {
  VariableStore store = KernelAndBias("");
  const auto checkpoint = Model();
  Apply(Resolve(checkpoint, MapOf("dense/kernel", "kernel"), store), store);

  const std::vector<VariableReport> reports = ExplainVariables(store, *checkpoint);

  ASSERT_EQ(reports.size(), 2u);
  EXPECT_THAT(reports[1].hint(), HasSubstr("'dense/kernel' was found as the full name"));
  EXPECT_THAT(reports[0].hint(), HasSubstr("\"dense/bias\""));
}

}  // namespace
}  // namespace thaw
