#include "scenarios/preflight/preflight.h"

#include <variant>

#include "scenarios/preflight/clusternet.h"
#include "scenarios/preflight/karmada.h"

namespace firedrill::scenarios {
namespace preflight {
namespace {

/// The check of the system whose options these are.
struct SystemCheck {
  const Scenario& scenario;
  const Clusters& clusters;
  const std::vector<Loss>& losses;
  Findings& findings;

  void operator()(const policy::karmada::Options& options) const {
    const TaintSources sources(scenario.world, options, clusters);
    const std::vector<Entry> entries = entries_of(scenario, options, clusters);
    const KarmadaFacts facts{scenario.world, options, clusters, losses, sources, entries};
    check_switches(facts, findings);
    check_placements(facts, findings);
    check_belongings(facts, findings);
  }
  void operator()(const policy::clusternet::Options& options) const {
    check_clusternet({scenario, options, clusters, losses}, findings);
  }
};

}  // namespace
}  // namespace preflight

std::vector<analysis::Finding> preflight_findings(const Scenario& scenario) {
  const preflight::Clusters clusters(scenario.world);
  const std::vector<preflight::Loss> losses = preflight::losses_of(scenario.world, clusters);
  preflight::Findings findings;
  std::visit(preflight::SystemCheck{scenario, clusters, losses, findings}, scenario.world.options);
  return findings.take();
}

}  // namespace firedrill::scenarios
