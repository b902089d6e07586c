#pragma once

/// A story's metrics, for tests that compute them by hand.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../story.h"
#include "analysis/metrics/calculator.h"

namespace firedrill::analysis {

/// Values by name, as printed; "none" where there is no value.
class Measured {
 public:
  Measured(const std::vector<Told>& story,
           std::int64_t end,
           ScenarioFacts facts = {},
           timeline::ApiCountsByComponent api = {})
      : calculator_(std::move(facts)) {
    tell(calculator_, story, end, std::move(api));
    table_ = calculator_.take_table();
  }

  [[nodiscard]] std::string operator()(std::string_view name,
                                       const Narrowing& narrowing = {}) const {
    const Metric* metric = find_metric(name);
    if (metric == nullptr) return "unknown metric";
    const auto amount = evaluate(name, table_, narrowing);
    return amount ? format_amount(metric->unit, *amount) : "none";
  }
  [[nodiscard]] const Calculator& calculator() const { return calculator_; }
  [[nodiscard]] const MetricTable& table() const { return table_; }

 private:
  Calculator calculator_;
  MetricTable table_;
};

inline ScenarioFacts web_with(api::Replicas replicas, std::int64_t created_at = 0) {
  ScenarioFacts facts;
  facts.workloads.push_back({.name = web, .replicas = replicas, .created_at = at(created_at)});
  return facts;
}

inline std::shared_ptr<const WorkloadTraits> traits(WorkloadTraits traits) {
  return std::make_shared<const WorkloadTraits>(std::move(traits));
}

}  // namespace firedrill::analysis
