#include "policy/karmada/scheduler/region_search.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace firedrill::policy::karmada {
namespace {

constexpr std::size_t steps_max = 1'000'000;

/// A subset of regions that satisfies the bounds.
struct Path {
  std::vector<std::size_t> regions;  ///< Ranks by score descending, name; ascending.
  std::int64_t weight = 0;           ///< Sum of the scores.
  std::int64_t clusters = 0;
  std::size_t discovery = 0;
};

bool better(const Path& left, const Path& right) {
  if (left.weight != right.weight) return left.weight > right.weight;
  if (left.clusters != right.clusters) return left.clusters > right.clusters;
  return left.discovery < right.discovery;
}

bool strict_prefix(const Path& path, const Path& of) {
  return path.regions.size() < of.regions.size() &&
         std::ranges::equal(path.regions, std::span(of.regions).first(path.regions.size()));
}

std::int64_t size_of(const Group& group) {
  return static_cast<std::int64_t>(group.members.size());
}

/// Depth-first search over subsets, small regions first.
class Search {
 public:
  Search(std::vector<const Group*> ranked, const RegionBounds& bounds)
      : ranked_(std::move(ranked)), bounds_(bounds) {
    order_.resize(ranked_.size());
    for (std::size_t rank = 0; rank < order_.size(); ++rank)
      order_[rank] = rank;
    std::ranges::stable_sort(order_, {},
                             [this](std::size_t rank) { return size_of(*ranked_[rank]); });
  }

  /// All subsets that satisfy the bounds; says whether the search came to its end.
  [[nodiscard]] bool run() {
    extend(0, 0);
    return steps_ <= steps_max;
  }

  [[nodiscard]] std::vector<Path>& found() { return found_; }

 private:
  void extend(std::int64_t clusters, std::size_t begin) {
    if (++steps_ > steps_max) return;
    const auto length = static_cast<std::int64_t>(path_.size());
    if (clusters >= bounds_.clusters_min && length >= bounds_.regions_min &&
        length <= bounds_.regions_max) {
      return record(clusters);
    }
    if (length >= bounds_.regions_max) return;
    for (std::size_t i = begin; i < order_.size() && steps_ <= steps_max; ++i) {
      path_.push_back(order_[i]);
      extend(clusters + size_of(*ranked_[order_[i]]), i + 1);
      path_.pop_back();
      // All regions are needed: the reference follows the first branch only.
      if (static_cast<std::int64_t>(order_.size()) == bounds_.regions_min) break;
    }
  }

  void record(std::int64_t clusters) {
    Path path = {.regions = path_, .clusters = clusters, .discovery = found_.size()};
    std::ranges::sort(path.regions);
    for (const std::size_t rank : path_)
      path.weight += ranked_[rank]->score;
    found_.push_back(std::move(path));
  }

  std::vector<const Group*> ranked_;
  RegionBounds bounds_;
  std::vector<std::size_t> order_;  ///< Ranks in the order in which regions are tried.
  std::vector<std::size_t> path_;
  std::vector<Path> found_;
  std::size_t steps_ = 0;
};

const Path& best_of(std::vector<Path>& paths) {
  std::ranges::sort(paths, better);
  const Path* best = &paths.front();
  for (const Path& path : paths) {
    if (strict_prefix(path, *best)) best = &path;
  }
  return *best;
}

}  // namespace

api::Result<std::vector<const Group*>> choose_regions(const std::vector<Group>& groups,
                                                      const RegionBounds& bounds) {
  std::vector<const Group*> ranked;
  ranked.reserve(groups.size());
  for (const Group& group : groups)
    ranked.push_back(&group);
  std::ranges::sort(ranked, [](const Group* a, const Group* b) {
    if (a->score != b->score) return a->score > b->score;
    return a->name < b->name;
  });
  Search search(ranked, bounds);
  if (!search.run()) return api::Problem{"too many combinations of regions"};
  if (search.found().empty() || best_of(search.found()).regions.empty()) {
    return api::Problem{
        "the number of clusters is less than the cluster spreadConstraint.MinGroups"};
  }
  std::vector<const Group*> chosen;
  for (const std::size_t rank : best_of(search.found()).regions)
    chosen.push_back(ranked[rank]);
  return chosen;
}

}  // namespace firedrill::policy::karmada
