#pragma once

/// A valid scenario: what a run is made from. Only the loader (loader.h) makes one, so whoever
/// holds a Scenario need not check names, counts or references again.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/expect/expectation.h"
#include "models/spec/world_spec.h"
#include "scenarios/scenario_file.h"

namespace firedrill::scenarios {

struct Scenario {
  ScenarioMetadata metadata;
  models::WorldSpec world;
  std::vector<analysis::Expectation> expect;
  /// The scenarios that `final.sameAs` names, by that name; with this one's seed, and without
  /// expectations.
  std::map<std::string, std::shared_ptr<const Scenario>> compared;
  /// Where the spec of each pasted policy and subscription stands, by "PropagationPolicy/NS/NAME"
  /// and "Subscription/NS/NAME"; a cluster-scoped policy has no NS.
  std::map<std::string, std::string> spec_pointers;
  std::string sha256;  ///< Of the effective document: includes and overrides applied, keys sorted.
};

}  // namespace firedrill::scenarios
