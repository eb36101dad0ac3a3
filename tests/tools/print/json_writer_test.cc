#include "tools/print/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace thaw {
namespace {

template <typename Write>
std::string Written(Write write) {
  std::string text;
  OutputStream out(&text);
  JsonWriter json(out);
  write(json);
  return text;
}

TEST(JsonWriterTest, NestingAndCommas) {
  const std::string text = Written([](JsonWriter& json) {
    json.BeginObject();
    json.Key("empty");
    json.BeginArray();
    json.EndArray();
    json.Key("list");
    json.BeginArray();
    json.Integer(-1);
    json.BeginArray();
    json.Null();
    json.Bool(true);
    json.EndArray();
    json.BeginObject();
    json.EndObject();
    json.EndArray();
    json.UnsignedField("last", std::numeric_limits<std::uint64_t>::max());
    json.EndObject();
  });

  EXPECT_EQ(text, R"({"empty": [], "list": [-1, [null, true], {}], "last": 18446744073709551615})");
}

TEST(JsonWriterTest, StringsReadBackWhateverTheyHold) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "größe \xf0\x9f\x98\x80";

  const std::string text = Written([&](JsonWriter& json) { json.String(all); });

  EXPECT_EQ(nlohmann::json::parse(text), all);
}

TEST(JsonWriterTest, NamesThatAreNoUtf8HaveTheirBytesBesideThem) {
  const std::string text = Written([](JsonWriter& json) {
    const std::vector<std::string> names = {"a", "\xff"};
    json.BeginObject();
    json.NameField("name", "\xff\xfe");
    json.NameField("plain", "w");
    json.NamesField("unused", names);
    json.EndObject();
  });

  EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(R"({
      "name": "\ufffd\ufffd", "name_base64": "//4=", "plain": "w",
      "unused": ["a", "\ufffd"], "unused_base64": ["YQ==", "/w=="]})"));
}

TEST(JsonWriterTest, RealsStayReal) {
  const std::string text = Written([](JsonWriter& json) {
    json.BeginArray();
    json.Real(2.0);
    json.Real(-0.0);
    json.Real(std::numeric_limits<double>::quiet_NaN());
    json.EndArray();
  });

  EXPECT_EQ(text, R"([2.0, -0.0, "NaN"])");
}

}  // namespace
}  // namespace thaw
