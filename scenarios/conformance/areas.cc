#include "scenarios/conformance/areas.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "scenarios/conformance/areas/clusternet/areas.h"
#include "scenarios/conformance/areas/karmada_failover.h"
#include "scenarios/conformance/areas/karmada_scheduler.h"
#include "scenarios/conformance/areas/vocabulary.h"

namespace firedrill::scenarios {
namespace {

constexpr std::array table = {
    Area{"clusternet/admit", &conformance::clusternet::admit},
    Area{"clusternet/cluster-lifecycle", &conformance::clusternet::cluster_lifecycle},
    Area{"clusternet/detection-timeline", &conformance::clusternet::detection_timeline,
         &conformance::clusternet::detection_timeline_matches},
    Area{"clusternet/dynamic-dividing-core", &conformance::clusternet::dynamic_dividing},
    Area{"clusternet/dynamic-dividing-overflow", &conformance::clusternet::dynamic_dividing},
    Area{"clusternet/dynamic-scheduling", &conformance::clusternet::dynamic_scheduling},
    Area{"clusternet/failover-scenario", &conformance::clusternet::failover_scenario},
    Area{"clusternet/num-feasible-clusters", &conformance::clusternet::num_feasible_clusters},
    Area{"clusternet/predictor", &conformance::clusternet::predictor},
    Area{"clusternet/schedule", &conformance::clusternet::schedule,
         &conformance::clusternet::schedule_matches},
    Area{"clusternet/scheduling-queue", &conformance::clusternet::scheduling_queue},
    Area{"clusternet/static-dividing", &conformance::clusternet::static_dividing},
    Area{"clusternet/taint-filter", &conformance::clusternet::taint_filter},
    Area{"clusternet/taint-score", &conformance::clusternet::taint_score},
    Area{"karmada/application-failover", &conformance::application_failover},
    Area{"karmada/cluster-affinity", &conformance::cluster_affinity},
    Area{"karmada/cluster-taint-policy", &conformance::cluster_taint_policy},
    Area{"karmada/condition-threshold", &conformance::condition_threshold},
    Area{"karmada/descheduler", &conformance::descheduler},
    Area{"karmada/duration", &conformance::duration},
    Area{"karmada/estimator", &conformance::estimator},
    Area{"karmada/filters", &conformance::filters},
    Area{"karmada/graceful-eviction", &conformance::graceful_eviction},
    Area{"karmada/jsonpath", &conformance::json_path},
    Area{"karmada/label-selector", &conformance::label_selector},
    Area{"karmada/quantity", &conformance::quantity},
    Area{"karmada/replica-assignment", &conformance::replica_assignment},
    Area{"karmada/schedule", &conformance::schedule, &conformance::schedule_matches},
    Area{"karmada/schedule-affinities", &conformance::schedule_affinities},
    Area{"karmada/spread-selection", &conformance::spread_selection},
    Area{"karmada/taint-toleration", &conformance::taint_toleration},
    Area{"karmada/validation", &conformance::validation},
    Area{"karmada/weighted-division", &conformance::weighted_division},
};

}  // namespace

std::span<const Area> areas() {
  return table;
}

const Area* find_area(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Area::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace firedrill::scenarios
