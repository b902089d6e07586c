// What goes wrong: bursts of faults that overlap, with quiet before, between and after.

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {
namespace {

using models::ClusterSelector;
using models::OutageMode;
using models::PacketLoss;
using models::ScenarioEvent;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Faults {
 public:
  explicit Faults(Draft& draft) : draft_(draft), dice_(draft.dice("faults")) {}

  void draw() {
    const api::Duration end = draft_.file.simulation.duration;
    const std::int64_t bursts = dice_.whole(1, draft_.sizes.bursts);
    for (std::int64_t i = 0; i < bursts; ++i) {
      const api::Duration start = dice_.instant(minutes(2), end * 6 / 10);
      const std::int64_t faults = dice_.whole(1, draft_.sizes.faults);
      for (std::int64_t k = 0; k < faults; ++k) {
        const bool first = i == 0 && k == 0;
        ScenarioEvent event = first ? sure_fault() : random_fault();
        // Random faults may come from the start on.
        const bool any_time = std::holds_alternative<models::RandomEvent>(event.action);
        if (!event.at && !event.every && !any_time)
          event.at = k == 0 ? start : start + dice_.instant(seconds(0), minutes(6));
        draft_.file.events.push_back(std::move(event));
      }
    }
  }

 private:
  [[nodiscard]] std::vector<std::string> some_clusters() {
    const auto most = static_cast<std::int64_t>(draft_.clusters.size());
    return dice_.some_of(draft_.clusters, dice_.whole(1, std::max<std::int64_t>(1, most - 1)));
  }

  [[nodiscard]] ClusterSelector clusters() {
    ClusterSelector selector;
    switch (dice_.whole(0, 8)) {
      case 0:
        selector.names = {"*"};
        return selector;
      case 1:
        selector.labels.emplace(tier_label, labelled_tier());
        return selector;
      case 2:
        selector.fraction = dice_.one_of({0.3, 0.5, 0.8});
        selector.random = dice_.chance(0.5);
        return selector;
      case 3:
      case 4:
        selector.names = some_clusters();
        return selector;
      default:
        selector.names = {dice_.one_of(draft_.clusters)};
        return selector;
    }
  }

  /// Selectors that select nothing are refused.
  [[nodiscard]] std::string labelled_tier() {
    const ClusterEntry& entry = dice_.one_of(draft_.file.clusters);
    const models::ClusterSpec& cluster = entry.pattern ? entry.pattern->cluster : entry.cluster;
    return cluster.labels.at(std::string(tier_label));
  }

  [[nodiscard]] PacketLoss packets() {
    return dice_.chance(0.4) ? PacketLoss::dropped : PacketLoss::refused;
  }

  /// For a while, with an id that a later entry ends it by, or to the end.
  void end_it(ScenarioEvent& event, std::int64_t shortest, std::int64_t longest) {
    const api::Duration length = dice_.instant(seconds(shortest), seconds(longest));
    if (dice_.chance(0.85)) {
      event.lasts = length;
    } else if (dice_.chance(0.6)) {
      event.id = fmt::format("fault-{}", ++ids_);
      event.at = dice_.instant(minutes(2), draft_.file.simulation.duration / 2);
      ScenarioEvent end;
      end.at = *event.at + length;
      end.action = models::EndEvent{event.id};
      draft_.file.events.push_back(std::move(end));
    }
  }

  /// One that thresholds and leases don't overlook.
  ScenarioEvent sure_fault() {
    ScenarioEvent event;
    models::OutageEvent outage;
    outage.clusters = clusters();
    outage.mode = dice_.chance(0.7) ? OutageMode::unreachable : OutageMode::powerloss;
    outage.packets = packets();
    event.action = std::move(outage);
    event.lasts = dice_.instant(minutes(4), minutes(20));
    return event;
  }

  ScenarioEvent random_fault() {
    ScenarioEvent event;
    const std::int64_t kind = dice_.whole(0, 15);
    if (kind == 15) return random_source();
    if (kind == 14 || kind == 13) return flap();
    event.action = fault_of_kind(kind);
    const bool brief = dice_.chance(0.3);
    if (models::can_end(event.action)) end_it(event, brief ? 1 : 40, brief ? 60 : 1'500);
    if (event.lasts && dice_.chance(0.08)) return again_and_again(std::move(event));
    return event;
  }

  /// The same every so often.
  ScenarioEvent again_and_again(ScenarioEvent event) {
    event.at.reset();
    event.every = *event.lasts + dice_.seconds(60, 600);
    event.until = draft_.file.simulation.duration;
    if (*event.every > *event.until) event.until = event.every;
    return event;
  }

  models::EventAction fault_of_kind(std::int64_t kind) {
    switch (kind) {
      case 0:
      case 1:
      case 2:
        return outage();
      case 3:
      case 4:
        return partition();
      case 5:
        return models::ClientErrorEvent{clusters()};
      case 6:
        return models::ListerErrorEvent{clusters()};
      case 7:
        // Under Clusternet these are the predictors, which are always there.
        if (draft_.asks_estimators || !draft_.karmada()) return estimator_error();
        return outage();
      case 8:
      case 9:
        if (draft_.file.network) return link();
        return partition();
      default:
        return component();
    }
  }

  models::OutageEvent outage() {
    models::OutageEvent outage;
    outage.clusters = clusters();
    outage.mode = dice_.one_of({OutageMode::unreachable, OutageMode::powerloss,
                                OutageMode::apiserver, OutageMode::degraded});
    if (outage.mode == OutageMode::apiserver) {
      outage.answer = dice_.one_of({500, 202, 404, models::no_answer});
    } else {
      outage.packets = packets();
    }
    if (outage.mode == OutageMode::degraded) outage.probability = dice_.one_of({0.1, 0.5, 0.9});
    return outage;
  }

  models::EstimatorErrorEvent estimator_error() {
    return {clusters(), dice_.chance(0.5) ? models::EstimatorFailure::error
                                          : models::EstimatorFailure::timeout};
  }

  models::PartitionEvent partition() {
    models::PartitionEvent partition;
    ClusterSelector hub;
    hub.names = {draft_.file.network ? draft_.file.network->control_plane_site
                                     : std::string(models::default_control_plane_site)};
    ClusterSelector others;
    others.names = draft_.file.network && dice_.chance(0.5)
                       ? std::vector<std::string>{dice_.one_of({"east", "west"})}
                       : some_clusters();
    partition.one_way = dice_.chance(0.3);
    partition.between = {hub, others};
    if (partition.one_way && dice_.chance(0.5))
      std::swap(partition.between[0], partition.between[1]);
    partition.packets = packets();
    return partition;
  }

  models::LinkEvent link() {
    const models::LinkSpec& chosen = dice_.one_of(draft_.file.network->links);
    models::LinkEvent link;
    link.link = {chosen.from, chosen.to};
    const std::int64_t kind = dice_.whole(0, 2);
    if (kind == 0) link.latency = milliseconds(dice_.whole(100, 40'000));
    if (kind == 1) link.loss = dice_.one_of({0.05, 0.5, 1.0});
    if (kind == 2) {
      link.state = models::LinkState::down;
      link.packets = packets();
    }
    return link;
  }

  models::ComponentEvent component() {
    std::vector<std::string> names{"controller-manager", "scheduler"};
    if (draft_.descheduler) names.emplace_back("descheduler");
    if (!draft_.pulling.empty()) names.emplace_back("agent");
    if (draft_.karmada() && draft_.asks_estimators) names.emplace_back(models::estimator_name);
    models::ComponentEvent component;
    component.name = dice_.one_of(names);
    if (component.name == "agent") component.cluster = dice_.one_of(draft_.pulling);
    if (component.name == models::estimator_name) component.cluster = dice_.one_of(draft_.clusters);
    if (dice_.chance(0.25)) {
      component.restart = true;
    } else {
      component.state = dice_.one_of({models::ProcessState::down, models::ProcessState::down,
                                      models::ProcessState::isolated, models::ProcessState::up});
    }
    return component;
  }

  ScenarioEvent flap() {
    models::FlapEvent flap;
    if (draft_.file.network && dice_.chance(0.4)) {
      const models::LinkSpec& chosen = dice_.one_of(draft_.file.network->links);
      flap.link = models::LinkEnds{chosen.from, chosen.to};
    } else {
      flap.clusters = clusters();
      if (dice_.chance(0.3)) flap.mode = OutageMode::powerloss;
    }
    flap.up = dice_.length(seconds(dice_.whole(15, 180)));
    flap.down = dice_.length(seconds(dice_.whole(5, 90)));
    if (dice_.chance(0.5)) flap.jitter = dice_.one_of({0.1, 0.5});
    flap.packets = packets();
    ScenarioEvent event;
    event.action = std::move(flap);
    event.lasts = dice_.instant(minutes(3), minutes(15));
    return event;
  }

  /// Faults at random, of any kind.
  ScenarioEvent random_source() {
    models::RandomEvent source;
    const models::EventAction fault = fault_of_kind(dice_.whole(0, 12));
    describe(fault, source);
    const api::Duration mean =
        std::max<api::Duration>(draft_.file.simulation.duration / 3, minutes(10));
    if (source.fault == "partition" || dice_.chance(0.6)) {
      source.mtbf = mean;
    } else {
      models::RandomBetween between;
      static_cast<models::DurationModel&>(between) = dice_.length(mean);
      source.between = std::move(between);
    }
    source.repair = dice_.length(seconds(dice_.whole(20, 600)));
    if (source.clusters && dice_.chance(0.3))
      source.correlated =
          models::Correlation{dice_.one_of({"region", "zone", "provider", "site"}), 0.5};
    ScenarioEvent event;
    event.action = std::move(source);
    if (dice_.chance(0.5)) {
      event.at = std::chrono::minutes(3);
      event.lasts = draft_.file.simulation.duration / 2;
    }
    return event;
  }

  /// The fault's own words, as a random event says them.
  static void describe(const models::EventAction& fault, models::RandomEvent& source) {
    source.fault = models::key_of(fault);
    if (const auto* outage = std::get_if<models::OutageEvent>(&fault)) {
      source.clusters = outage->clusters;
      source.mode = outage->mode;
      if (outage->packets == PacketLoss::dropped) source.packets = outage->packets;
      if (outage->mode == OutageMode::apiserver) source.answer = outage->answer;
      source.probability = outage->probability;
    } else if (const auto* client = std::get_if<models::ClientErrorEvent>(&fault)) {
      source.clusters = client->clusters;
    } else if (const auto* lister = std::get_if<models::ListerErrorEvent>(&fault)) {
      source.clusters = lister->clusters;
    } else if (const auto* estimator = std::get_if<models::EstimatorErrorEvent>(&fault)) {
      source.clusters = estimator->clusters;
      source.how = estimator->how;
    } else if (const auto* partition = std::get_if<models::PartitionEvent>(&fault)) {
      source.between = models::RandomBetween{{}, partition->between};
      source.one_way = partition->one_way;
      source.packets = partition->packets;
    } else if (const auto* link = std::get_if<models::LinkEvent>(&fault)) {
      source.from = link->link.from;
      source.to = link->link.to;
      source.latency = link->latency;
      source.loss = link->loss;
      if (link->state) source.state = "down";
      source.packets = link->packets;
    } else if (const auto* component = std::get_if<models::ComponentEvent>(&fault)) {
      source.name = component->name;
      source.cluster = component->cluster;
      source.state = component->state == models::ProcessState::isolated ? "isolated" : "down";
    }
  }

  Draft& draft_;
  Dice dice_;
  int ids_ = 0;
};

}  // namespace

void draw_faults(Draft& draft) {
  Faults(draft).draw();
}

}  // namespace firedrill::scenarios::random
