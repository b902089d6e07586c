#include "policy/api/json_schema.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "json_fixture.h"
#include "policy/api/describe_markdown.h"
#include "policy/api/describe_types.h"
#include "policy/api/json_reader.h"

namespace firedrill::api {
namespace {

using json_fixture::Everything;
using json_fixture::Outage;
using testing::HasSubstr;

nlohmann::json schema_of_everything(bool strict = true) {
  const auto ordered =
      json_schema(types_of<Everything>(), {.id = "urn:test", .title = "Test", .strict = strict});
  return nlohmann::json::parse(ordered.dump());
}

bool schema_accepts(const nlohmann::json& schema_json, const nlohmann::json& document) {
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

bool reader_accepts(const nlohmann::json& document, UnknownKeys unknown_keys) {
  Diagnostics diagnostics;
  ReadContext context(diagnostics, unknown_keys);
  Everything value;
  read_json(document, value, context);
  return diagnostics.ok();
}

class SchemaAndReader : public testing::TestWithParam<const char*> {};

TEST_P(SchemaAndReader, GiveOneVerdict) {
  const auto document = nlohmann::json::parse(GetParam());
  EXPECT_EQ(schema_accepts(schema_of_everything(), document),
            reader_accepts(document, UnknownKeys::error))
      << GetParam();
  EXPECT_EQ(schema_accepts(schema_of_everything(false), document),
            reader_accepts(document, UnknownKeys::warn))
      << GetParam();
}

// Not here: 3.0 is an integer for draft 7 and for us, but not for valijson 1.0.
INSTANTIATE_TEST_SUITE_P(
    JsonSchema,
    SchemaAndReader,
    testing::Values(
        R"({"end": "x"})",
        R"({})",
        R"([])",
        R"({"outage": {"cluster": "m1"}})",
        R"({"outage": {"cluster": "m1"}, "end": "x"})",
        R"({"outage": null, "end": "x"})",
        R"({"outage": {}})",
        R"({"outage": {"cluster": null}})",
        R"({"outage": {"cluster": "M"}})",
        R"({"outage": {"cluster": "m", "severity": 5}})",
        R"({"outage": {"cluster": "m", "severity": 6}})",
        R"({"end": "x", "unknown": 1})",
        R"({"outage": {"cluster": "m", "unknown": 1}})",
        R"({"end": "x", "text": ""})",
        R"({"end": "x", "text": null})",
        R"({"end": "x", "flag": 0})",
        R"({"end": "x", "small": -10})",
        R"({"end": "x", "small": -11})",
        R"({"end": "x", "large": 3, "small": 3})",
        R"({"end": "x", "small": 1.5})",
        R"({"end": "x", "large": 1e300})",
        R"({"end": "x", "count": 4294967295})",
        R"({"end": "x", "count": -1})",
        R"({"end": "x", "share": 0})",
        R"({"end": "x", "share": 1})",
        R"({"end": "x", "mode": "Pull"})",
        R"({"end": "x", "mode": "pull"})",
        R"({"end": "x", "mode": null})",
        R"({"end": "x", "period": "1h30m"})",
        R"({"end": "x", "period": "1d"})",
        R"({"end": "x", "period": 1.5})",
        R"({"end": "x", "period": 0})",
        R"({"end": "x", "period": "-5s"})",
        R"({"end": "x", "period": ""})",
        R"({"end": "x", "period": ".5s"})",
        R"({"end": "x", "period": "."})",
        R"({"end": "x", "period": true})",
        R"({"end": "x", "stored": "2026-01-01T00:00:00Z"})",
        R"({"end": "x", "stored": "2026-01-01"})",
        R"({"end": "x", "zones": ["a"]})",
        R"({"end": "x", "zones": "a"})",
        R"({"end": "x", "zones": [1]})",
        R"({"end": "x", "labels": {"a": "b"}})",
        R"({"end": "x", "labels": {"a": 1}})",
        R"({"end": "x", "requests": {"cpu": "500m", "memory": "2Gi", "x": 1.5, "y": "1e3"}})",
        R"({"end": "x", "requests": {"cpu": "5 m"}})",
        R"({"end": "x", "requests": {"cpu": -1}})",
        R"({"end": "x", "startup": "20s"})",
        R"({"end": "x", "startup": -1})",
        R"({"end": "x", "startup": {"mean": "1s"}})",
        R"({"end": "x", "startup": {}})",
        R"({"end": "x", "startup": {"mean": "1s", "distribution": "normal"}})",
        R"({"end": "x", "startup": []})",
        R"({"end": "x", "clusters": "a"})",
        R"({"end": "x", "clusters": ["a", "b"]})",
        R"({"end": "x", "clusters": {}})",
        R"({"end": "x", "anything": {"x": [null]}})",
        R"({"end": "x", "tree": {"children": [{"children": [{"name": "x"}]}]}})",
        R"({"end": "x", "tree": {"children": [{"children": [{"nam": "x"}]}]}})",
        R"({"end": "x", "script": "s"})",
        R"({"end": "x", "script": "s", "steps": 1})",
        R"({"end": "x", "script": null, "steps": 1})"));

TEST(JsonSchema, DescribesEachTypeOnceAndShowsDefaults) {
  const auto schema = schema_of_everything();
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema["title"], "Test");
  const auto& properties = schema["$defs"]["Everything"]["properties"];
  EXPECT_EQ(properties["text"]["default"], "usual");
  EXPECT_EQ(properties["period"]["default"], "10s");
  EXPECT_EQ(properties["zones"]["default"], nlohmann::json({"eu-1"}));
  EXPECT_EQ(properties["maybe"]["description"], "May be absent. Default: derived from the seed.");
  EXPECT_FALSE(properties["labels"].contains("default"));
  EXPECT_THAT(schema["$defs"]["Mode"]["description"].get<std::string>(),
              HasSubstr("Push: The control plane."));
  EXPECT_EQ(schema["$defs"]["Tree"]["properties"]["children"]["items"]["$ref"], "#/$defs/Tree");
}

TEST(JsonSchema, EachReferenceLeadsSomewhere) {
  const auto schema = schema_of_everything();
  std::vector<const nlohmann::json*> open = {&schema};
  int references = 0;
  while (!open.empty()) {
    const nlohmann::json& json = *open.back();
    open.pop_back();
    if (json.is_object() && json.contains("$ref")) {
      ++references;
      const nlohmann::json::json_pointer pointer(json["$ref"].get<std::string>().substr(1));
      EXPECT_TRUE(schema.contains(pointer)) << json.dump();
    }
    if (!json.is_structured()) continue;
    for (const auto& child : json)
      open.push_back(&child);
  }
  EXPECT_GE(references, 8);
}

struct Impostor {
  int x = 0;
  std::vector<Outage> outages;
};

template <class V>
void describe(V& v, Impostor& i) {
  v.begin("Outage", "Another type of that name.");
  v.field("x", i.x, "A number.");
  v.field("outages", i.outages, "The real ones.");
}

TEST(JsonSchema, RefusesTwoTypesOfOneName) {
  EXPECT_THROW(static_cast<void>(types_of<Impostor>()), std::logic_error);
}

TEST(MarkdownReference, HasATableAType) {
  const std::string page = markdown_reference(types_of<Everything>(), 3);
  EXPECT_THAT(page, HasSubstr("### Everything\n\nOne field of each kind.\n\n"
                              "| key | type | default | meaning |\n|---|---|---|---|\n"
                              "| `text` | text, not empty | `usual` | A text. |\n"));
  EXPECT_THAT(page, HasSubstr("| `small` | int32 ≥ -10 | `0` | 32 bits. |\n"));
  EXPECT_THAT(page, HasSubstr("| `share` | number ≥ 0, &lt; 1 | `0.5` | A share. |\n"));
  EXPECT_THAT(page, HasSubstr("| `maybe` | int64 | derived from the seed | May be absent. |\n"));
  EXPECT_THAT(page, HasSubstr("| `outage` | [Outage](#outage) | exactly one | A fault. |\n"));
  EXPECT_THAT(page, HasSubstr("| `steps` | int64 | at most one | By steps. |\n"));
  EXPECT_THAT(page, HasSubstr("| `Pull` | An agent. |\n"));
  EXPECT_THAT(page, HasSubstr("| duration | A constant. |\n"));
  EXPECT_THAT(page, HasSubstr("### DelayObject\n"));
}

}  // namespace
}  // namespace firedrill::api
