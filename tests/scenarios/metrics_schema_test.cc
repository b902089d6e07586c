// What `firedrill schema metrics` prints is true of metrics.json.

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "analysis/metrics/calculator.h"
#include "analysis/metrics/reference.h"
#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {
namespace {

bool accepted(const nlohmann::json& document) {
  const nlohmann::json text = nlohmann::json::parse(analysis::metrics_schema());
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

nlohmann::json metrics_of(const std::string& file) {
  api::Diagnostics diagnostics;
  const auto scenario = load_scenario(file, {}, diagnostics);
  if (!scenario) {
    ADD_FAILURE() << diagnostics.render();
    return {};
  }
  const RunResult result = run(*scenario);
  return nlohmann::json::parse(analysis::format_metrics_json(result.header, result.metrics));
}

TEST(MetricsSchema, AcceptsWhatRunsGive) {
  for (const auto* name : {"foo-failover", "manual-taint", "state-preservation"}) {
    const std::string file = std::string("scenarios/library/documents/") + name + ".json";
    EXPECT_TRUE(accepted(metrics_of(file))) << file;
  }
}

TEST(MetricsSchema, RefusesWhatNoRunGives) {
  const nlohmann::json good = metrics_of("scenarios/library/documents/manual-taint.json");
  ASSERT_TRUE(accepted(good));
  const auto with = [&good](const char* pointer, const nlohmann::json& value) {
    nlohmann::json changed = good;
    changed[nlohmann::json::json_pointer(pointer)] = value;
    return changed;
  };
  EXPECT_FALSE(accepted(with("/metrics/drfit", 1)));
  EXPECT_FALSE(accepted(with("/metrics/drift", "1")));
  EXPECT_FALSE(accepted(with("/metrics/eviction.needless.count", 0.5)));
  EXPECT_FALSE(accepted(with("/metrics/capacity.peak.cpu", "much")));
  EXPECT_FALSE(accepted(with("/units/drift", "hours")));
  EXPECT_FALSE(accepted(with("/format", 2)));
  EXPECT_FALSE(accepted(with("/extra", 1)));
  EXPECT_TRUE(accepted(with("/metrics/capacity.peak.nvidia.com~1gpu", 0.5)));
  nlohmann::json without = good;
  without.erase("units");
  EXPECT_FALSE(accepted(without));
}

}  // namespace
}  // namespace firedrill::scenarios
