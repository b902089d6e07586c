#pragma once

/// What the pre-flight check of a scenario finds (product page, 2.5): what keeps workloads from
/// moving when a cluster fails, and which setting to change. Only the words; who looks for it is
/// scenarios/preflight.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/describe.h"

namespace firedrill::analysis {

enum class PreflightCode : std::uint8_t {
  failover_gate_off,
  eviction_disabled,
  no_no_execute_source,
  tolerates_forever,
  no_other_candidate,
  spread_unsatisfiable,
  state_gate_off,
  state_needs_directly,
  directly_blocks_on_unreachable,
  propagate_deps_off,
  not_failover_placement,
  dividing_does_not_move,
  period_exceeds_grace,
};

/// Their names, in the order of the enumeration.
inline constexpr std::array<std::string_view, 13> preflight_codes{
    "FailoverGateOff",   "EvictionDisabled",     "NoNoExecuteSource",
    "ToleratesForever",  "NoOtherCandidate",     "SpreadUnsatisfiable",
    "StateGateOff",      "StateNeedsDirectly",   "DirectlyBlocksOnUnreachable",
    "PropagateDepsOff",  "NotFailoverPlacement", "DividingDoesNotMove",
    "PeriodExceedsGrace"};

[[nodiscard]] constexpr std::string_view name_of(PreflightCode code) {
  return preflight_codes[static_cast<std::size_t>(code)];
}

enum class Gravity : std::uint8_t {
  blocks,   ///< The workloads don't get from a failed cluster to another one.
  differs,  ///< They do, but not as is wished.
  note,     ///< It changes less than its name promises.
};

/// A setting that would help, in two spellings.
struct Remedy {
  std::string setting;  ///< As the system has it: "karmada-webhook --some-flag=true".
  std::string set;      ///< As `--set` has it: "/controlPlane/flags/some-flag=true"; "" = none.

  friend bool operator==(const Remedy&, const Remedy&) = default;
};

struct Finding {
  PreflightCode code = PreflightCode::failover_gate_off;
  Gravity gravity = Gravity::blocks;
  /// The workloads it is about, as their numbers in the scenario's order, ascending.
  std::vector<std::uint32_t> workloads;
  std::vector<std::string> clusters;  ///< Those it is about, if it is about some.
  std::string reason;
  std::vector<Remedy> remedies;  ///< All of them, not any.
  std::string pointer;           ///< JSON pointer of what to change.
};

/// Which findings an expectation means.
struct FindingSelector {
  std::string code;      ///< A glob.
  std::string workload;  ///< A glob; "" = any.
  std::string cluster;   ///< A glob; "" = any.

  /// `name`: of a workload by its number, Kind/namespace/name.
  [[nodiscard]] bool matches(const Finding& finding,
                             const std::function<std::string_view(std::uint32_t)>& name) const;
  friend bool operator==(const FindingSelector&, const FindingSelector&) = default;
};

/// Whether the text is a code, or a glob that matches some.
[[nodiscard]] bool is_preflight_code(std::string_view text);

template <class V>
void describe(V& v, FindingSelector& s) {
  v.begin("FindingSelector", "Findings of the pre-flight check (docs/preflight.md).");
  v.required("code", s.code, "Their code, or a glob: \"*\" is any finding.");
  v.field("workload", s.workload,
          "Only those about such workloads: namespace/name or Kind/namespace/name; a glob.");
  v.field("cluster", s.cluster, "Only those about such clusters; a glob.");
  v.check("code", is_preflight_code(s.code), "no such pre-flight code",
          "a code of docs/preflight.md, or a glob that matches one");
}

}  // namespace firedrill::analysis
