#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/member/from_spec.h"
#include "models/world/faults/fault_source.h"
#include "sim/distributions.h"

namespace firedrill::models {
namespace {

/// Whether two clusters have in common what a correlation goes by.
bool share(const std::string& by, const ClusterSpec& a, const ClusterSpec& b) {
  if (by == "provider") return !a.provider.empty() && a.provider == b.provider;
  if (by == "region") return !a.region.empty() && a.region == b.region;
  if (by == "site") return site_of(a) == site_of(b);
  for (const std::string& zone : a.zones) {
    if (std::ranges::count(b.zones, zone) != 0) return true;
  }
  return false;
}

class RandomFaults final : public FaultSource {
 public:
  RandomFaults(SourceSurroundings surroundings, FaultLabel label, const RandomEvent& random)
      : FaultSource(std::move(surroundings), std::move(label)),
        fault_(random.made.value()),
        working_(distribution_of(random.time_to_fault())),
        repair_(distribution_of(random.repair)),
        correlated_(random.correlated) {
    if (random.clusters) {
      for (const std::string& name : around().faults.selected(*random.clusters, this->label().name))
        add(name);
    } else {
      add({});
    }
  }

  void start() {
    for (const auto& [subject, streams] : streams_)
      work(subject);
  }

 private:
  struct Streams {
    sim::Random working;
    sim::Random repair;
    sim::Random correlated;
  };

  void add(const Subject& subject) {
    streams_.emplace(subject, Streams{stream(subject, "fault"), stream(subject, "repair"),
                                      stream(subject, "correlated")});
  }

  void work(const Subject& subject) {
    later(subject, working_.draw(streams_.at(subject).working), [this, subject] { fail(subject); });
  }

  void fail(const Subject& subject) {
    const sim::Duration length = repair_.draw(streams_.at(subject).repair);
    strike(subject, fault_, hit(subject), length, [this, subject] { work(subject); });
  }

  /// The subject and those that fail along, by name.
  [[nodiscard]] std::vector<std::string> hit(const Subject& subject) {
    if (subject.empty()) return {};
    std::vector<std::string> names{subject};
    if (!correlated_) return names;
    const FaultDriver& faults = around().faults;
    const ClusterSpec& first = faults.spec_of(subject);
    for (const auto& [name, streams] : streams_) {
      if (name == subject || !share(correlated_->by, first, faults.spec_of(name))) continue;
      // Whether a cluster fails along is its own matter, so that others may come and go.
      if (streams_.at(name).correlated.chance(correlated_->probability)) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  Fault fault_;
  sim::Distribution working_;
  sim::Distribution repair_;
  std::optional<Correlation> correlated_;
  std::map<Subject, Streams> streams_;
};

}  // namespace

std::unique_ptr<FaultSource> start_random_faults(SourceSurroundings surroundings,
                                                 FaultLabel label,
                                                 const RandomEvent& random) {
  auto source = std::make_unique<RandomFaults>(std::move(surroundings), std::move(label), random);
  source->start();
  return source;
}

}  // namespace firedrill::models
