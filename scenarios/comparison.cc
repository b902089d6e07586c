#include "scenarios/comparison.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "policy/api/duration.h"
#include "policy/api/json_text.h"
#include "scenarios/loader.h"

namespace firedrill::scenarios {
namespace {

std::optional<Scenario> load(const LoadedVariant& loaded,
                             std::optional<std::uint64_t> seed,
                             api::Diagnostics& diagnostics) {
  LoadOptions options = loaded.variant.load;
  if (seed) options.overrides.push_back(fmt::format("/simulation/seed={}", *seed));
  if (loaded.text) return load_scenario_text(*loaded.text, "<stdin>", options, diagnostics);
  return load_scenario(loaded.variant.path, options, diagnostics);
}

/// "b, c" of what is in the second set only, and so on; at most a few names.
std::string only_in(const std::set<std::string>& names, const std::set<std::string>& others) {
  constexpr std::size_t shown_max = 3;
  std::vector<std::string> missing;
  std::ranges::set_difference(names, others, std::back_inserter(missing));
  if (missing.size() <= shown_max) return fmt::format("{}", fmt::join(missing, ", "));
  const auto shown = missing.begin() + static_cast<std::ptrdiff_t>(shown_max);
  return fmt::format("{} and {} more", fmt::join(missing.begin(), shown, ", "),
                     missing.size() - shown_max);
}

void append_difference(std::string& text,
                       std::string_view what,
                       const std::set<std::string>& a,
                       const std::set<std::string>& b) {
  const auto append = [&](std::string_view side, const std::string& names) {
    if (names.empty()) return;
    text += fmt::format("{}{} only in the {}: {}", text.empty() ? "" : "; ", what, side, names);
  };
  append("first", only_in(a, b));
  append("second", only_in(b, a));
}

std::set<std::string> cluster_names(const Scenario& scenario) {
  std::set<std::string> names;
  for (const models::ClusterSpec& cluster : scenario.world.clusters)
    names.insert(cluster.name);
  return names;
}

std::set<std::string> workload_names(const Scenario& scenario) {
  std::set<std::string> names;
  for (const models::WorkloadInstance& workload : scenario.world.workloads)
    names.insert(fmt::format("{} ({} replicas)", workload.full_name(), workload.spec->replicas));
  return names;
}

}  // namespace

Scenario LoadedVariant::with_seed(std::uint64_t seed) const {
  api::Diagnostics ignored;
  std::optional<Scenario> other = load(*this, seed, ignored);
  if (!other) throw std::logic_error("a scenario is valid with one seed, but not with another");
  return *std::move(other);
}

std::vector<LoadedVariant> load_variants(std::vector<Variant> variants) {
  std::vector<LoadedVariant> loaded;
  std::optional<std::string> standard_input;
  std::optional<std::uint64_t> seed;
  for (Variant& variant : variants) {
    const Limits& limits = variant.load.limits;
    LoadedVariant& next =
        loaded.emplace_back(LoadedVariant{{}, {}, {}, api::Diagnostics(limits.errors_shown)});
    next.variant = std::move(variant);
    if (next.variant.path == "-") {
      if (!standard_input)
        standard_input =
            api::read_text_file("-", next.variant.load.limits.text(), next.diagnostics);
      if (!standard_input) continue;
      next.text = standard_input;
    }
    next.scenario = load(next, seed, next.diagnostics);
    if (!seed && next.scenario) seed = next.scenario->world.seed;
  }
  return loaded;
}

std::string world_difference(const Scenario& a, const Scenario& b) {
  std::string text;
  append_difference(text, "clusters", cluster_names(a), cluster_names(b));
  append_difference(text, "workloads", workload_names(a), workload_names(b));
  if (a.world.duration != b.world.duration) {
    text +=
        fmt::format("{}the first lasts {}, the second {}", text.empty() ? "" : "; ",
                    api::format_duration(a.world.duration), api::format_duration(b.world.duration));
  }
  return text;
}

void play_runs(const std::vector<LoadedVariant>& variants,
               std::uint64_t first_seed,
               std::size_t seeds,
               std::size_t threads,
               const PlayRun& play) {
  std::vector<RunPlace> places;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    for (std::size_t i = 0; variants[variant].scenario && i < seeds; ++i)
      places.push_back({variant, i, first_seed + i});
  }
  // Runs are begun in their order, and what has begun is ended: so the first failure by place is
  // found whatever the number of threads.
  std::vector<std::exception_ptr> failures(places.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t i = next++; i < places.size() && !failed; i = next++) {
      try {
        const RunPlace& place = places[i];
        const LoadedVariant& variant = variants[place.variant];
        if (variant.scenario->world.seed == place.seed) {
          play(*variant.scenario, place);
        } else {
          play(variant.with_seed(place.seed), place);
        }
      } catch (...) {
        failures[i] = std::current_exception();
        failed = true;
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(threads, places.size()); ++i)
    others.emplace_back(work);
  work();
  others.clear();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace firedrill::scenarios
