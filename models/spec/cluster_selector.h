#pragma once

/// Which clusters an event is about: by name, glob, list, labels, place, or a share of them.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/result.h"
#include "sim/random.h"

namespace firedrill::models {

/// Every part that is given must hold; of what is left, the first by name up to `fraction`.
struct ClusterSelector {
  std::vector<std::string> names;  ///< Names and globs; empty = any.
  api::Labels labels;
  std::string provider;
  std::string region;
  std::string zone;
  std::string site;
  std::optional<double> fraction;  ///< In (0, 1].
  bool random = false;             ///< Of what is left, any instead of the first by name.

  friend bool operator==(const ClusterSelector&, const ClusterSelector&) = default;
};

[[nodiscard]] api::Result<ClusterSelector> selector_of_name(std::string name);
[[nodiscard]] std::optional<std::string> name_of_selector(const ClusterSelector& selector);
[[nodiscard]] api::Result<ClusterSelector> selector_of_names(std::vector<std::string> names);
[[nodiscard]] std::optional<std::vector<std::string>> names_of_selector(
    const ClusterSelector& selector);
[[nodiscard]] api::Result<ClusterSelector> selector_of_map(std::map<std::string, api::Json> map);
[[nodiscard]] std::optional<std::map<std::string, api::Json>> map_of_selector(
    const ClusterSelector& selector);

template <class V>
void describe_forms(V& v, ClusterSelector&) {
  v.begin("ClusterSelector", "Which clusters.");
  v.form(api::Form<std::string>{"a name, or a glob with * and ?; \"*\" is every cluster"},
         &selector_of_name, &name_of_selector);
  v.form(api::Form<std::vector<std::string>>{"a list of names and globs"}, &selector_of_names,
         &names_of_selector);
  v.form(
      api::Form<std::map<std::string, api::Json>>{
          "an object of labels, or of provider, region, zone, site, and fraction (above 0, up to "
          "1, rounded up) with pick \"first\" (by name) or \"random\""},
      &selector_of_map, &map_of_selector);
}

/// The clusters that are selected, as indices in ascending order of name. `random` picks for a
/// selector that asks for it; without it they are the first.
[[nodiscard]] std::vector<std::size_t> select_clusters(const ClusterSelector& selector,
                                                       std::span<const ClusterSpec> clusters,
                                                       sim::Random* random = nullptr);

}  // namespace firedrill::models
