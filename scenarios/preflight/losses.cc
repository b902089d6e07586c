#include "scenarios/preflight/losses.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "models/network/network.h"

namespace firedrill::scenarios::preflight {
namespace {

class LossCollector {
 public:
  LossCollector(const models::WorldSpec& world, const Clusters& clusters)
      : world_(world), clusters_(clusters) {}

  std::vector<Loss> take() {
    for (const models::ScenarioEvent& event : world_.events) {
      pointer_ = event.pointer;
      std::visit([this](const auto& action) { add(action); }, event.action);
    }
    return std::move(losses_);
  }

 private:
  void together(ClusterSet set, bool fault) {
    if (!set.empty()) losses_.push_back({std::move(set), pointer_, fault});
  }
  void alone(const ClusterSet& set, bool fault) {
    for (const std::size_t number : set)
      together({number}, fault);
  }
  void one(const std::string& cluster, bool fault) {
    if (const auto number = clusters_.find(cluster)) together({*number}, fault);
  }

  // Faults.
  void add(const models::OutageEvent& e) { together(clusters_.selected(e.clusters), true); }
  void add(const models::PartitionEvent& e) { together(behind(e), true); }
  void add(const models::LinkEvent& e) { together(behind(e), true); }
  /// Agents build no clients in the control plane.
  void add(const models::ClientErrorEvent& e) {
    ClusterSet push;
    for (const std::size_t number : clusters_.selected(e.clusters)) {
      if (clusters_.spec(number).sync_mode == models::SyncMode::push) push.push_back(number);
    }
    together(std::move(push), true);
  }
  void add(const models::ComponentEvent& e) {
    const bool stops = e.state && *e.state != models::ProcessState::up;
    if (e.name == "agent" && stops) one(e.cluster, true);
  }
  void add(const models::FlapEvent& e) {
    if (e.clusters) alone(clusters_.selected(*e.clusters), true);
    models::LinkEvent down;
    down.state = models::LinkState::down;
    if (e.link) {
      down.link = *e.link;
      together(behind(down), true);
    }
  }
  void add(const models::RandomEvent& e) {
    if (!e.made) return;
    const bool of_clusters = e.clusters.has_value();
    const std::size_t before = losses_.size();
    std::visit([this](const auto& fault) { add(fault); }, *e.made);
    if (!of_clusters || losses_.size() == before) return;
    const ClusterSet set = std::move(losses_.back().clusters);
    losses_.pop_back();
    alone(set, true);
  }

  // What people do.
  void add(const models::TaintEvent& e) {
    if (e.effect == api::effect_no_execute) one(e.cluster, false);
  }
  void add(const models::ConditionEvent& e) { one(e.cluster, false); }
  void add(const models::UnjoinEvent& e) { one(e.cluster, false); }

  /// All others take no cluster away.
  template <class Other>
  void add(const Other&) {}

  /// The clusters that the fault cuts off.
  ClusterSet behind(const models::PartitionEvent& e) { return numbers(network().parted(e)); }
  ClusterSet behind(const models::LinkEvent& e) {
    if (e.state != models::LinkState::down || !world_.network) return {};
    constexpr std::uint64_t only = 1;
    const ClusterSet cut = numbers(network().begin(only, e).cut);
    network().end(only);
    return cut;
  }
  models::Network& network() {
    if (!network_) {
      network_ = std::make_unique<models::Network>(world_.network);
      for (const std::size_t number : clusters_.all())
        network_->add_cluster(clusters_.spec(number));
    }
    return *network_;
  }
  [[nodiscard]] ClusterSet numbers(const std::vector<std::string>& names) const {
    ClusterSet set;
    for (const std::string& name : names)
      set.push_back(*clusters_.find(name));
    std::ranges::sort(set);
    return set;
  }

  const models::WorldSpec& world_;
  const Clusters& clusters_;
  std::unique_ptr<models::Network> network_;
  std::string pointer_;
  std::vector<Loss> losses_;
};

}  // namespace

std::vector<Loss> losses_of(const models::WorldSpec& world, const Clusters& clusters) {
  std::vector<Loss> losses = LossCollector(world, clusters).take();
  if (!losses.empty()) return losses;
  for (const std::size_t number : clusters.all())
    losses.push_back({{number}, "", true});
  return losses;
}

}  // namespace firedrill::scenarios::preflight
