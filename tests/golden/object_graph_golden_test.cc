// The object graphs that TensorFlow wrote say what TensorFlow says of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "io/checkpoint/object_graph/object_graph.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {
namespace {

using testing::UnorderedElementsAreArray;

struct ExpectedGraph {
  std::string path;
  std::map<std::string, std::string> full_names;  // by key
  std::vector<std::vector<std::string>> slots;    // key, key of the variable, optimizer, name
  std::map<std::string, std::string> keys;        // by other paths
};

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0;;) {
    const std::size_t tab = line.find('\t', begin);
    fields.push_back(line.substr(begin, tab - begin));
    if (tab == std::string::npos) return fields;
    begin = tab + 1;
  }
}

std::vector<ExpectedGraph> ExpectedGraphs() {
  std::vector<ExpectedGraph> graphs;
  std::ifstream file(THAW_OBJECT_GRAPHS "/expected.txt");
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = Fields(line);
    if (fields[0] == "checkpoint") graphs.push_back({fields.at(1), {}, {}, {}});
    if (fields[0] == "value") graphs.back().full_names[fields.at(1)] = fields.at(2);
    if (fields[0] == "slot") graphs.back().slots.push_back({fields.begin() + 1, fields.end()});
    if (fields[0] == "path") graphs.back().keys[fields.at(1)] = fields.at(2);
  }
  return graphs;
}

class ObjectGraphGoldenTest : public testing::TestWithParam<ExpectedGraph> {
 protected:
  ObjectGraphGoldenTest()
      : checkpoint_(Checkpoint::Open(THAW_OBJECT_GRAPHS "/" + GetParam().path)) {
    EXPECT_TRUE(checkpoint_.ok()) << checkpoint_.status().ToString();
  }

  const CheckpointReader& reader() const { return *checkpoint_->reader(); }
  const ObjectGraph& graph() const { return **reader().object_graph(); }
  std::string KeyOf(std::string_view name) const {
    const TensorLookup lookup = FindTensor(reader(), name);
    return lookup.index ? std::string(reader().tensor(*lookup.index).name) : "";
  }
  std::string KeyOfNode(std::uint32_t node) const {
    for (const ObjectAttribute& attribute : graph().attributes()) {
      if (attribute.node == node) return attribute.key;
    }
    return "";
  }

  Result<Checkpoint> checkpoint_;
};

TEST_P(ObjectGraphGoldenTest, EveryKeyHasItsFullName) {
  for (const auto& [key, full_name] : GetParam().full_names) {
    EXPECT_EQ(graph().FullNameOf(key), full_name) << key;
  }
}

TEST_P(ObjectGraphGoldenTest, AFullNameOfOneKeyAddressesIt) {
  std::map<std::string, std::vector<std::string>> keys;
  for (const auto& [key, full_name] : GetParam().full_names) keys[full_name].push_back(key);
  for (const auto& [full_name, of_name] : keys) {
    if (full_name.empty()) continue;
    EXPECT_EQ(KeyOf(full_name), of_name.size() == 1 ? of_name[0] : "") << full_name;
  }
}

TEST_P(ObjectGraphGoldenTest, EveryPathAddressesItsKey) {
  for (const auto& [path, key] : GetParam().keys) EXPECT_EQ(KeyOf(path), key) << path;
  for (const auto& [key, full_name] : GetParam().full_names) {
    if (!key.ends_with(kVariableValueSuffix)) continue;
    EXPECT_EQ(KeyOf(key.substr(0, key.size() - kVariableValueSuffix.size())), key);
  }
}

TEST_P(ObjectGraphGoldenTest, SlotsNameVariableOptimizerAndSlot) {
  std::vector<std::vector<std::string>> slots;
  for (const SlotVariable& slot : graph().slot_variables()) {
    slots.push_back({KeyOfNode(slot.slot), KeyOfNode(slot.original), graph().PathOf(slot.optimizer),
                     slot.slot_name});
    EXPECT_EQ(graph().RoleOf(slots.back()[0]), OptimizerRole::kSlot);
    EXPECT_EQ(graph().RoleOf(slots.back()[1]), OptimizerRole::kNone);
  }
  EXPECT_THAT(slots, UnorderedElementsAreArray(GetParam().slots));
}

TEST_P(ObjectGraphGoldenTest, WhatOptimizersOwnIsUnderThem) {
  for (const auto& [key, full_name] : GetParam().full_names) {
    if (graph().RoleOf(key) != OptimizerRole::kState) continue;
    EXPECT_TRUE(key.starts_with("optimizer/") || key.starts_with("opt/")) << key;
    EXPECT_EQ(key.find("_trainable_variables"), std::string::npos) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(TensorFlow, ObjectGraphGoldenTest, testing::ValuesIn(ExpectedGraphs()),
                         [](const auto& test) { return test.param.path; });

TEST(ObjectGraphCasesTest, ASavedModelIsTakenForItsVariables) {
  const auto checkpoint = Checkpoint::Open(THAW_OBJECT_GRAPHS "/saved_model");

  ASSERT_TRUE(checkpoint.ok());
  EXPECT_THAT(checkpoint->taken_for(), testing::HasSubstr("is a SavedModel"));
  EXPECT_EQ(checkpoint->Find("dense/kernel")->name, "dense/kernel/.ATTRIBUTES/VARIABLE_VALUE");
}

TEST(ObjectGraphCasesTest, PartsOfOneKeyAreSlicesOfIt) {
  const auto checkpoint = Checkpoint::Open(THAW_OBJECT_GRAPHS "/sharded");

  const auto table = checkpoint->Find("emb");

  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_EQ(table->parts.size(), 3u);
  EXPECT_THAT(table->shape, testing::ElementsAre(12, 2));
}

TEST(ObjectGraphCasesTest, AnAmbiguousNameIsNotFoundAndSaysWhy) {
  const auto checkpoint = Checkpoint::Open(THAW_OBJECT_GRAPHS "/nested");

  const Status status = checkpoint->Find("same").status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.hint(), testing::HasSubstr("2 tensors have the full name 'same'"));
}

}  // namespace
}  // namespace thaw
