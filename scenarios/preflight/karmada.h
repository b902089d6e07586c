#pragma once

/// The pre-flight check of Karmada: its switches, and the wishes of each workload.

#include <vector>

#include "models/spec/world_spec.h"
#include "policy/karmada/options.h"
#include "scenarios/preflight/clusters.h"
#include "scenarios/preflight/entries.h"
#include "scenarios/preflight/findings.h"
#include "scenarios/preflight/losses.h"
#include "scenarios/preflight/taint_sources.h"

namespace firedrill::scenarios::preflight {

/// What all checks look at.
struct KarmadaFacts {
  const models::WorldSpec& world;
  const policy::karmada::Options& options;
  const Clusters& clusters;
  const std::vector<Loss>& losses;
  const TaintSources& sources;
  const std::vector<Entry>& entries;

  [[nodiscard]] bool legacy() const { return options.release == policy::Release::legacy; }
};

/// Gates, flags, and where NoExecute taints come from.
void check_switches(const KarmadaFacts& facts, Findings& findings);
/// Where each workload can go, and whether it leaves.
void check_placements(const KarmadaFacts& facts, Findings& findings);
/// What it takes along.
void check_belongings(const KarmadaFacts& facts, Findings& findings);

}  // namespace firedrill::scenarios::preflight
