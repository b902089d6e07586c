#include "models/spec/fault_spec.h"

#include <utility>

namespace firedrill::models {

api::Result<RandomBetween> between_of_sets(std::vector<ClusterSelector> sets) {
  if (sets.empty()) return api::Problem{"an empty list"};
  RandomBetween between;
  between.sets = std::move(sets);
  return between;
}

std::optional<std::vector<ClusterSelector>> sets_of_between(const RandomBetween& b) {
  if (b.sets.empty()) return std::nullopt;
  return b.sets;
}

api::Result<RandomBetween> between_of_duration(api::Duration length) {
  if (length <= api::Duration::zero()) return api::Problem{"no positive duration"};
  RandomBetween between;
  between.value = length;
  return between;
}

std::optional<api::Duration> duration_of_between(const RandomBetween& b) {
  return duration_of_model(b);
}

DurationModel RandomEvent::time_to_fault() const {
  if (between && between->sets.empty()) return *between;
  DurationModel model;
  model.distribution = DistributionKind::exponential;
  model.mean = mtbf.value_or(api::Duration{});
  return model;
}

}  // namespace firedrill::models
