// One verdict: what the JSON Schema refuses the reader refuses, and the other way round but for
// what a schema cannot say. The names of the malformed files tell: "shape-" is the schema's
// business too, "check-" (between fields, bounds of durations in words) and "meaning-" are not.

#include "scenarios/schema.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// What the schema finds wrong, a line each; "" if it accepts the document.
std::string schema_problems(const nlohmann::json& document) {
  static const nlohmann::json text = nlohmann::json::parse(scenario_schema());
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(document);
  if (validator.validate(schema, target, &results)) return "";
  std::string problems;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context)
      problems += part;
    problems += ": " + error.description + "\n";
  }
  return problems;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string test_name(const testing::TestParamInfo<fs::path>& parameter) {
  std::string name = parameter.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
}

class MalformedFile : public testing::TestWithParam<fs::path> {};

TEST_P(MalformedFile, IsRefusedByTheSchemaIfItsShapeIsWrong) {
  api::Diagnostics diagnostics;
  const auto document = load_document(GetParam().string(), {}, diagnostics);
  const std::string name = GetParam().stem().string();
  const std::string stage = name.substr(0, name.find('-'));
  if (stage == "syntax" || (stage == "include" && !document)) {
    EXPECT_FALSE(document.has_value());
    return;
  }
  ASSERT_TRUE(document.has_value()) << diagnostics.render();
  const bool refused_by_shape = stage == "shape" || stage == "include";
  const std::string problems = schema_problems(*document->json);
  EXPECT_EQ(!problems.empty(), refused_by_shape) << problems;
}

INSTANTIATE_TEST_SUITE_P(Corpus,
                         MalformedFile,
                         testing::ValuesIn(files_in("tests/scenarios/malformed")),
                         test_name);

class LibraryFile : public testing::TestWithParam<fs::path> {};

TEST_P(LibraryFile, IsAcceptedByTheSchema) {
  api::Diagnostics diagnostics;
  const auto document = load_document(GetParam().string(), {}, diagnostics);
  ASSERT_TRUE(document.has_value()) << diagnostics.render();
  EXPECT_EQ(schema_problems(*document->json), "");
}

INSTANTIATE_TEST_SUITE_P(Documents,
                         LibraryFile,
                         testing::ValuesIn(files_in("scenarios/library/documents")),
                         test_name);

TEST(ScenarioSchema, IsDraftSevenWithAnId) {
  const nlohmann::json schema = nlohmann::json::parse(scenario_schema());
  EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#");
  EXPECT_TRUE(schema.contains("$id"));
}

}  // namespace
}  // namespace firedrill::scenarios
