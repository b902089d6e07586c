#include "policy/clusternet/scheduler/dividing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "policy/api/labels.h"

namespace firedrill::policy::clusternet {
namespace {

using Replicas32 = std::vector<std::int32_t>;

std::int32_t wrap(std::int64_t number) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(number)));
}

std::int32_t wrapping_sum(std::span<const std::int32_t> numbers) {
  std::int32_t sum = 0;
  for (const std::int32_t number : numbers)
    sum = wrap(std::int64_t{sum} + number);
  return sum;
}

std::vector<std::size_t> indices(std::size_t count) {
  std::vector<std::size_t> list(count);
  std::iota(list.begin(), list.end(), std::size_t{0});
  return list;
}

/// Indices of the greatest first, equal ones as they stand.
template <class T>
std::vector<std::size_t> descending(std::span<const T> keys) {
  std::vector<std::size_t> order = indices(keys.size());
  std::ranges::stable_sort(order,
                           [keys](std::size_t a, std::size_t b) { return keys[a] > keys[b]; });
  return order;
}

/// Go's product wraps around in 64 bits, too.
std::int64_t wrapping_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

Replicas32 divide_by_weight(std::int32_t desired,
                            std::span<const std::int64_t> weights,
                            std::int64_t weight_sum) {
  Replicas32 replicas;
  std::int32_t rest = desired;
  for (const std::int64_t weight : weights) {
    replicas.push_back(wrap(wrapping_product(weight, desired) / weight_sum));
    rest = wrap(std::int64_t{rest} - replicas.back());
  }
  for (const std::size_t i : descending(weights)) {
    if (rest <= 0) break;
    ++replicas[i];
    --rest;
  }
  return replicas;
}

/// What one feed adds: clusters, and replicas for each.
struct Contribution {
  std::span<const std::string> clusters;
  Replicas32 replicas;
};

/// Brings clusters and replica lists of a result together, feed by feed.
class Merge {
 public:
  explicit Merge(TargetClusters& result) : result_(result) {
    // A cluster that is bound twice is known by its last place.
    for (std::size_t i = 0; i < result.binding_clusters.size(); ++i)
      index_[result.binding_clusters[i]] = i;
  }

  void add(const std::string& feed, const Contribution& contribution) {
    if (contribution.clusters.empty()) return;
    const std::size_t bound = result_.binding_clusters.size();
    const bool counts = !contribution.replicas.empty();
    result_.replicas.try_emplace(feed, counts ? bound : 0, 0);
    // A feed without replicas brings no clusters, either.
    const std::size_t known = std::min(contribution.clusters.size(), contribution.replicas.size());
    for (std::size_t i = 0; i < known; ++i)
      add_one(feed, contribution.clusters[i], contribution.replicas[i]);
  }

 private:
  void add_one(const std::string& feed, const std::string& cluster, std::int32_t replicas) {
    Replicas32& list = result_.replicas.find(feed)->second;
    if (const auto known = index_.find(cluster); known != index_.end()) {
      if (list.size() != result_.binding_clusters.size())
        list.assign(result_.binding_clusters.size(), 0);
      list[known->second] = wrap(std::int64_t{list[known->second]} + replicas);
      return;
    }
    index_[cluster] = result_.binding_clusters.size();
    result_.binding_clusters.push_back(cluster);
    list.push_back(replicas);
    for (auto& [other, others] : result_.replicas) {
      if (other != feed && !others.empty()) others.push_back(0);
    }
  }

  TargetClusters& result_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

Contribution spread(const Deviation& deviation,
                    const TargetClusters& current,
                    const TargetClusters& available) {
  const auto list_of =
      [&deviation](const TargetClusters& targets) -> std::span<const std::int32_t> {
    const auto found = targets.replicas.find(deviation.feed_key);
    if (found == targets.replicas.end()) return {};
    return found->second;
  };
  const bool scheduled = current.replicas.contains(deviation.feed_key);
  const std::int32_t replicas = deviation.replicas.value_or(0);
  if (!scheduled && !deviation.replicas) return {available.binding_clusters, {}};
  if (!scheduled || replicas > 0) {
    return {available.binding_clusters, divide_by_room(replicas, list_of(available))};
  }
  if (replicas < 0) return {current.binding_clusters, divide_by_room(replicas, list_of(current))};
  return {};
}

}  // namespace

std::vector<std::int64_t> static_weights(std::span<const Subscriber> subscribers,
                                         std::span<const ManagedCluster* const> clusters) {
  std::vector<std::int64_t> weights;
  for (const ManagedCluster* cluster : clusters) {
    std::int64_t& weight = weights.emplace_back(0);
    for (const Subscriber& subscriber : subscribers) {
      if (subscriber.weight <= 0) continue;
      const auto match = api::match(subscriber.cluster_affinity, cluster->metadata.labels);
      if (match == api::SelectorMatch::matches) weight += subscriber.weight;
    }
  }
  return weights;
}

FeedReplicas divide_statically(std::span<const std::int64_t> weights,
                               const FeedInventory& inventory) {
  FeedReplicas replicas;
  const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  if (sum == 0) return replicas;
  for (const FeedOrder& order : inventory.feeds) {
    replicas[feed_key(order.feed)] = order.desired_replicas
                                         ? divide_by_weight(*order.desired_replicas, weights, sum)
                                         : Replicas32{};
  }
  return replicas;
}

std::vector<std::int32_t> divide_by_room(std::int32_t desired,
                                         std::span<const std::int32_t> available) {
  const std::int32_t sum = wrapping_sum(available);
  Replicas32 replicas(available.begin(), available.end());
  if (sum == 0 || desired > sum) return replicas;
  std::vector<double> fractions;
  std::int32_t rest = desired;
  for (std::int32_t& share : replicas) {
    const std::int32_t product = wrap(std::int64_t{share} * desired);
    share = wrap(std::int64_t{product} / sum);
    rest = wrap(std::int64_t{rest} - share);
    fractions.push_back(std::abs(static_cast<double>(product) / static_cast<double>(sum) -
                                 static_cast<double>(share)));
  }
  const std::int32_t step = rest > 0 ? 1 : -1;
  for (const std::size_t i : descending<double>(fractions)) {
    if (rest == 0) break;
    replicas[i] = wrap(std::int64_t{replicas[i]} + step);
    rest -= step;
  }
  return replicas;
}

bool overflows(std::int32_t desired, std::span<const std::int32_t> available) {
  using Limits = std::numeric_limits<std::int32_t>;
  const auto leaves = [](std::int64_t number) {
    return number < Limits::min() || number > Limits::max();
  };
  const auto sum = std::accumulate(available.begin(), available.end(), std::int64_t{0});
  if (leaves(sum)) return true;
  if (sum == 0 || desired > sum) return false;
  return std::ranges::any_of(available, [desired, leaves](std::int32_t room) {
    return leaves(std::int64_t{room} * desired);
  });
}

std::vector<Deviation> deviations(const FeedInventory& inventory, const FeedReplicas& current) {
  std::vector<Deviation> list;
  for (const FeedOrder& order : inventory.feeds) {
    Deviation& deviation = list.emplace_back();
    deviation.feed_key = feed_key(order.feed);
    if (!order.desired_replicas) continue;
    const auto found = current.find(deviation.feed_key);
    const std::int32_t sum = found == current.end() ? 0 : wrapping_sum(found->second);
    deviation.replicas = wrap(std::int64_t{*order.desired_replicas} - sum);
  }
  return list;
}

TargetClusters divide_dynamically(const TargetClusters& current,
                                  std::span<const Deviation> deviations,
                                  const TargetClusters& available,
                                  std::string_view strategy) {
  TargetClusters result = current;
  if (strategy != dynamic_spread) return result;
  Merge merge(result);
  for (const Deviation& deviation : deviations)
    merge.add(deviation.feed_key, spread(deviation, current, available));
  return result;
}

TargetClusters in_binding_order(const TargetClusters& targets) {
  const std::vector<std::string>& clusters = targets.binding_clusters;
  std::vector<std::size_t> order = indices(clusters.size());
  std::ranges::stable_sort(
      order, {}, [&clusters](std::size_t i) -> const std::string& { return clusters[i]; });
  TargetClusters sorted;
  for (const std::size_t i : order)
    sorted.binding_clusters.push_back(clusters[i]);
  for (const auto& [feed, replicas] : targets.replicas) {
    Replicas32& list = sorted.replicas[feed];
    list = replicas;
    if (replicas.size() != clusters.size()) continue;
    for (std::size_t i = 0; i < order.size(); ++i)
      list[i] = replicas[order[i]];
  }
  return sorted;
}

}  // namespace firedrill::policy::clusternet
