#include "models/spec/cluster_selector.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "policy/api/diagnostic.h"

namespace firedrill::models {
namespace {

constexpr std::int64_t billion = 1'000'000'000;

bool selects(const ClusterSelector& selector, const ClusterSpec& cluster) {
  const auto has_label = [&](const auto& label) {
    const auto found = cluster.labels.find(label.first);
    return found != cluster.labels.end() && found->second == label.second;
  };
  const auto names_it = [&](const std::string& name) {
    return timeline::matches_glob(cluster.name, name);
  };
  if (!selector.names.empty() && std::ranges::none_of(selector.names, names_it)) return false;
  if (!selector.provider.empty() && selector.provider != cluster.provider) return false;
  if (!selector.region.empty() && selector.region != cluster.region) return false;
  if (!selector.site.empty() && selector.site != site_of(cluster)) return false;
  if (!selector.zone.empty() && std::ranges::count(cluster.zones, selector.zone) == 0) return false;
  return std::ranges::all_of(selector.labels, has_label);
}

/// How many of `count` a share means, rounded up. In billionths, so that 0.07 of 100 is 7.
std::size_t share_of(double fraction, std::size_t count) {
  const auto parts = static_cast<std::int64_t>(fraction * static_cast<double>(billion) + 0.5);
  const std::int64_t share = (parts * static_cast<std::int64_t>(count) + billion - 1) / billion;
  return std::min(static_cast<std::size_t>(share), count);
}

/// Takes one member of the object form; what is wrong with it, or "".
std::string read_member(const std::string& key,
                        const nlohmann::json& value,
                        ClusterSelector& selector) {
  if (key == "fraction") {
    if (!value.is_number()) return "\"fraction\" is not a number";
    selector.fraction = value.get<double>();
    const bool in_range = *selector.fraction > 0 && *selector.fraction <= 1;
    return in_range ? "" : "\"fraction\" is not above 0 and up to 1";
  }
  if (!value.is_string()) return "the value of " + api::in_quotes(key) + " is not a text";
  const auto& text = value.get_ref<const std::string&>();
  if (key == "pick") {
    selector.random = text == "random";
    return selector.random || text == "first" ? "" : "\"pick\" is neither \"first\" nor \"random\"";
  }
  if (key == "provider") {
    selector.provider = text;
  } else if (key == "region") {
    selector.region = text;
  } else if (key == "zone") {
    selector.zone = text;
  } else if (key == "site") {
    selector.site = text;
  } else {
    selector.labels.emplace(key, text);
  }
  return "";
}

}  // namespace

api::Result<ClusterSelector> selector_of_name(std::string name) {
  if (name.empty()) return api::Problem{"an empty name"};
  ClusterSelector selector;
  selector.names.push_back(std::move(name));
  return selector;
}

std::optional<std::string> name_of_selector(const ClusterSelector& selector) {
  if (selector.names.size() != 1) return std::nullopt;
  ClusterSelector only_name;
  only_name.names = selector.names;
  if (only_name != selector) return std::nullopt;
  return selector.names.front();
}

api::Result<ClusterSelector> selector_of_names(std::vector<std::string> names) {
  if (names.empty()) return api::Problem{"an empty list"};
  if (std::ranges::count(names, std::string()) != 0) return api::Problem{"an empty name"};
  ClusterSelector selector;
  selector.names = std::move(names);
  return selector;
}

std::optional<std::vector<std::string>> names_of_selector(const ClusterSelector& selector) {
  ClusterSelector only_names;
  only_names.names = selector.names;
  if (selector.names.empty() || only_names != selector) return std::nullopt;
  return selector.names;
}

api::Result<ClusterSelector> selector_of_map(std::map<std::string, api::Json> map) {
  if (map.empty()) return api::Problem{"an empty object"};
  ClusterSelector selector;
  for (const auto& [key, value] : map) {
    const nlohmann::json member = value.present() ? value.document() : nlohmann::json();
    std::string problem = read_member(key, member, selector);
    if (!problem.empty()) return api::Problem{std::move(problem)};
  }
  if (map.contains("pick") && !selector.fraction) {
    return api::Problem{"\"pick\" without \"fraction\""};
  }
  return selector;
}

std::optional<std::map<std::string, api::Json>> map_of_selector(const ClusterSelector& selector) {
  std::map<std::string, api::Json> map;
  const auto put = [&map](const std::string& key, const std::string& value) {
    if (!value.empty()) map.emplace(key, api::Json(nlohmann::json(value)));
  };
  put("provider", selector.provider);
  put("region", selector.region);
  put("zone", selector.zone);
  put("site", selector.site);
  for (const auto& [key, value] : selector.labels) {
    map.emplace(key, api::Json(nlohmann::json(value)));
  }
  if (selector.random) put("pick", "random");
  if (selector.fraction) map.emplace("fraction", api::Json(nlohmann::json(*selector.fraction)));
  return map;
}

std::vector<std::size_t> select_clusters(const ClusterSelector& selector,
                                         std::span<const ClusterSpec> clusters,
                                         sim::Random* random) {
  std::vector<std::size_t> selected;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (selects(selector, clusters[i])) selected.push_back(i);
  }
  const auto by_name = [&](std::size_t left, std::size_t right) {
    return clusters[left].name < clusters[right].name;
  };
  std::ranges::sort(selected, by_name);
  if (!selector.fraction) return selected;
  if (selector.random && random != nullptr) random->shuffle(selected);
  selected.resize(share_of(*selector.fraction, selected.size()));
  std::ranges::sort(selected, by_name);
  return selected;
}

}  // namespace firedrill::models
