#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "scenarios/preflight/preflight.h"

namespace firedrill::scenarios {
namespace {

using analysis::Finding;
using analysis::Gravity;

/// How many names, or settings, of one finding are told.
constexpr std::size_t shown_max = 3;

std::string rest(std::size_t count) {
  return count > shown_max ? fmt::format(" and {} more", count - shown_max) : std::string();
}

std::string clusters_text(const Scenario& scenario, const Finding& finding) {
  const std::vector<std::string>& names = finding.clusters;
  if (names.size() > shown_max && names.size() >= scenario.world.clusters.size())
    return fmt::format("all {} clusters", names.size());
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  return text + rest(names.size());
}

std::string workloads_text(const Scenario& scenario, const Finding& finding) {
  const std::size_t all = scenario.world.workloads.size();
  const std::vector<std::uint32_t>& numbers = finding.workloads;
  if (numbers.size() == all && all > shown_max) return fmt::format("all {} workloads", all);
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), shown_max); ++i)
    text += (i == 0 ? "" : ", ") + scenario.world.workloads[numbers[i]].full_name();
  return text + rest(numbers.size());
}

/// As a shell wants it.
std::string quoted(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/=-_.,:~+@").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::string finding_text(const Scenario& scenario, const Finding& finding) {
  const std::string about = finding.workloads.empty() ? clusters_text(scenario, finding)
                                                      : workloads_text(scenario, finding);
  std::string text = fmt::format("  {}: {}\n    {}", name_of(finding.code), about, finding.reason);
  const bool named = !finding.clusters.empty() &&
                     finding.reason.find(finding.clusters.front()) != std::string::npos;
  if (!finding.workloads.empty() && !finding.clusters.empty() && !named)
    text += fmt::format(" ({})", clusters_text(scenario, finding));
  text += '\n';
  std::size_t told = 0;
  for (const analysis::Remedy& remedy : finding.remedies) {
    if (++told > shown_max) break;
    text += fmt::format("    change: {}\n", remedy.setting);
    if (!remedy.set.empty()) text += fmt::format("    try:    --set {}\n", quoted(remedy.set));
  }
  if (finding.remedies.size() > shown_max)
    text += fmt::format("    … and {} more like it\n", finding.remedies.size() - shown_max);
  return text;
}

/// How many workloads are held back by something.
std::size_t blocked(const Scenario& scenario, std::span<const Finding> findings) {
  std::vector<bool> held(scenario.world.workloads.size());
  for (const Finding& finding : findings) {
    if (finding.gravity != Gravity::blocks) continue;
    for (const std::uint32_t number : finding.workloads)
      held[number] = true;
  }
  return static_cast<std::size_t>(std::ranges::count(held, true));
}

std::string headline(std::size_t all, std::size_t held) {
  if (all == 0) return "there is no workload";
  const std::string everything = all == 1 ? "the workload" : fmt::format("all {} workloads", all);
  if (held == 0) return everything + " can move when a cluster fails";
  if (held == all) return "nothing can move when a cluster fails";
  return fmt::format("{} of {} workloads can't move when a cluster fails", held, all);
}

}  // namespace

std::string preflight_text(const Scenario& scenario, std::span<const Finding> findings) {
  std::string text = fmt::format(
      "pre-flight: {}\n", headline(scenario.world.workloads.size(), blocked(scenario, findings)));
  for (const Finding& finding : findings)
    text += finding_text(scenario, finding);
  return text;
}

}  // namespace firedrill::scenarios
