#include "io/checkpoint/object_graph/tensor_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "tests/engine/assign/fake_checkpoint.h"
#include "tests/support/graph_maker.h"

namespace thaw {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kValue[] = "/.ATTRIBUTES/VARIABLE_VALUE";

FakeTensor Vector(std::int64_t size) { return {{size}, DType::kFloat32, {}}; }

std::string KeyOf(const std::string& path) { return path + kValue; }

// opt/0 is model's kernel; two layers have a bias of one full name; "b" is a key and a full name.
std::shared_ptr<const CheckpointReader> Keras() {
  std::map<std::string, FakeTensor> tensors;
  for (const char* path : {"opt/0", "bias1", "bias2", "u"}) tensors[KeyOf(path)] = Vector(2);
  tensors["b"] = Vector(3);
  const std::string graph = GraphMaker(6)
                                .Child(0, "model", 1)
                                .Child(1, "kernel", 2)
                                .Value(2, "dense/kernel", KeyOf("opt/0"))
                                .Value(3, "bias", KeyOf("bias1"))
                                .Value(4, "bias", KeyOf("bias2"))
                                .Value(5, "b", KeyOf("u"))
                                .Value(5, "gone", "no such key")
                                .Bytes();
  return FakeCheckpoint::MakeWithGraph(std::move(tensors), graph);
}

struct Named {
  const char* name;
  const char* key;
  NameForm form;
};

TEST(TensorLookupTest, KeysFullNamesAndPathsAddressATensor) {
  const auto checkpoint = Keras();
  const std::string key = KeyOf("opt/0");
  const Named cases[] = {
      {key.c_str(), key.c_str(), NameForm::kKey},
      {"dense/kernel", key.c_str(), NameForm::kFullName},
      {"opt/0", key.c_str(), NameForm::kObjectPath},
      {"model/kernel", key.c_str(), NameForm::kObjectPath},
      {"model/kernel/.ATTRIBUTES/VARIABLE_VALUE", key.c_str(), NameForm::kObjectPath},
  };
  for (const Named& named : cases) {
    const TensorLookup lookup = FindTensor(*checkpoint, named.name);

    ASSERT_TRUE(lookup.index) << named.name;
    EXPECT_EQ(checkpoint->tensor(*lookup.index).name, named.key) << named.name;
    EXPECT_EQ(lookup.form, named.form) << named.name;
  }
}

TEST(TensorLookupTest, AKeyWinsOverAFullName) {
  const auto checkpoint = Keras();

  const TensorLookup lookup = FindTensor(*checkpoint, "b");

  ASSERT_TRUE(lookup.index);
  EXPECT_EQ(checkpoint->tensor(*lookup.index).name, "b");
  EXPECT_EQ(lookup.form, NameForm::kKey);
}

TEST(TensorLookupTest, AFullNameOfSeveralTensorsIsNone) {
  const auto checkpoint = Keras();

  const TensorLookup lookup = FindTensor(*checkpoint, "bias");

  EXPECT_EQ(lookup.index, std::nullopt);
  EXPECT_THAT(lookup.hint, HasSubstr("2 tensors have the full name 'bias'"));
  EXPECT_THAT(lookup.hint, HasSubstr(KeyOf("bias2")));
}

TEST(TensorLookupTest, WhatTheGraphNamesAndTheCheckpointLacksIsNotFound) {
  EXPECT_EQ(FindTensor(*Keras(), "gone").index, std::nullopt);
  EXPECT_EQ(FindTensor(*Keras(), "").index, std::nullopt);
  EXPECT_EQ(FindTensor(*Keras(), "model").index, std::nullopt);
}

TEST(TensorLookupTest, WithoutAGraphKeysAloneCount) {
  const auto checkpoint = FakeCheckpoint::Make({{KeyOf("w"), Vector(2)}});

  EXPECT_TRUE(FindTensor(*checkpoint, KeyOf("w")).index);
  EXPECT_EQ(FindTensor(*checkpoint, "w").index, std::nullopt);
}

TEST(TensorLookupTest, AGraphThatCannotBeReadIsToldOfAndKeysStillCount) {
  const auto checkpoint = FakeCheckpoint::MakeWithGraph({{"w", Vector(2)}}, "noise");

  const TensorLookup lookup = FindTensor(*checkpoint, "dense/kernel");

  EXPECT_EQ(lookup.index, std::nullopt);
  EXPECT_EQ(lookup.graph_status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(lookup.hint, HasSubstr("not parseable"));
  EXPECT_TRUE(FindTensor(*checkpoint, "w").index);
}

TEST(TensorLookupTest, NearNamesAreOfAllForms) {
  const auto checkpoint = Keras();

  EXPECT_THAT(NearestTensorNames(*checkpoint, "dense/kernl"), Contains("dense/kernel"));
  EXPECT_THAT(NearestTensorNames(*checkpoint, "opt/00"), Contains("opt/0"));
  EXPECT_THAT(NearestTensorNames(*checkpoint, "nothing like it"), IsEmpty());
  EXPECT_THAT(MissingTensorHint(*checkpoint, "dense/kernl"), HasSubstr("did you mean"));
}

}  // namespace
}  // namespace thaw
