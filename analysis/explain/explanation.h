#pragma once

/// Why something happened, or did not: what `firedrill explain` finds out, as values. Text, JSON
/// and Markdown are written from it (analysis/explain/render.h).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.h"

namespace firedrill::analysis {

/// What a part of a step's duration is owed to. A setting that is named stands in the timeline's
/// header, in the spelling of the command line or of the scenario.
struct Share {
  sim::Duration length{};
  std::string setting = {};  ///< "cluster-failure-threshold"; "" where none decided.
  std::string value = {};    ///< "30s", as the header has it.
  std::string words = {};    ///< "until the next probe"; "" where the setting says it all.

  friend bool operator==(const Share&, const Share&) = default;
};

/// The reference's rule that a step passed, and where it is found there.
struct ReferenceRule {
  std::string name = {};
  std::string source = {};

  friend bool operator==(const ReferenceRule&, const ReferenceRule&) = default;
};

/// One event on the way, or a stretch of time that no event ends.
struct Step {
  std::uint64_t seq = 0;
  sim::Time time{};
  std::string kind = {};
  /// Since the step before; of the first step zero. The shares sum up to it exactly.
  sim::Duration duration{};
  std::vector<Share> shares = {};
  std::string what = {};                  ///< What happened, in words.
  std::vector<std::string> details = {};  ///< A line each: clusters that a scheduler looked at.
  ReferenceRule rule = {};

  friend bool operator==(const Step&, const Step&) = default;
};

/// Causes in their order: each step led to the next one.
struct Chain {
  std::string title = {};  ///< What it leads to; "" where there is one chain only.
  std::vector<Step> steps = {};
  /// Events of a very long way that were not looked at, between its first one and the second.
  std::uint64_t left_out = 0;

  /// From the first step to the last one.
  [[nodiscard]] sim::Duration total() const {
    return steps.empty() ? sim::Duration{} : steps.back().time - steps.front().time;
  }
  friend bool operator==(const Chain&, const Chain&) = default;
};

/// The first gate that kept a workload where it was.
struct Gate {
  std::string name = {};  ///< "FailoverGateOff", "BelowThreshold", … : analysis/explain/inaction.h
  std::string cluster = {};  ///< Of which cluster; "" if of all.
  std::string setting = {};  ///< In the setting's spelling; "" where none holds it back.
  std::string value = {};
  std::string words = {};

  friend bool operator==(const Gate&, const Gate&) = default;
};

/// What a question about a timeline comes to.
struct Explanation {
  std::string question = {};  ///< What is explained, in words: "event 41, …".
  std::string answer = {};    ///< In one sentence.
  std::vector<Chain> chains = {};
  std::vector<std::string> pending = {};  ///< What is still to come, a line each.
  std::vector<Gate> gates = {};           ///< Why nothing happened; the first is the answer.

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

}  // namespace firedrill::analysis
