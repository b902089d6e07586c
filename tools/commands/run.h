#pragma once

/// The command `run`: its options, and its two halves: one run, and several side by side.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/runner.h"
#include "tools/command.h"

namespace firedrill::tools {

/// So many runs can be told apart, and counted in a screen's life.
inline constexpr std::uint64_t runs_max = 1'000'000;

struct RunCommandOptions {
  std::string scenario;
  std::string out;
  std::string timeline;
  std::string format = "jsonl";  ///< Of the timeline.
  std::string sqlite;
  std::string metrics;
  std::string metrics_format = "json";
  std::string metrics_interval = "15s";  ///< Between the scrapes of a series.
  std::vector<std::string> overrides;
  std::vector<std::string> limits;
  std::optional<std::uint64_t> seed;
  std::string detail;
  bool calm = false;
  bool dense = false;

  std::vector<std::string> profiles;
  std::string against;
  std::vector<std::string> against_set;
  std::optional<std::uint64_t> runs;  ///< Absent: one, told as a run of its own.
  std::vector<std::string> rules;     ///< Of --regressed-if.
  std::string output;                 ///< Absent: a table.
  std::optional<std::size_t> jobs;    ///< Absent: one a core.

  /// Several runs are wanted, or one is to be told as they are.
  [[nodiscard]] bool side_by_side() const {
    return profiles.size() > 1 || !against.empty() || !against_set.empty() || runs.has_value();
  }
};

/// What --set, --seed, --detail and --calm ask for. Calm drops the expectations as well: they speak
/// of what the events lead to.
[[nodiscard]] std::vector<std::string> overrides_of(const RunCommandOptions& options);

/// The one profile that --profile names; "" for none, or several.
[[nodiscard]] std::string profile_of(const RunCommandOptions& options);

/// A run that its limits ended, in words; the command ends as for bad input.
class RunRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// scenarios::run with the limits of the command and, with `dense`, every round of every loop;
/// `name` stands before what goes wrong.
[[nodiscard]] scenarios::RunResult play(const std::string& name,
                                        const scenarios::Scenario& scenario,
                                        std::span<timeline::Sink* const> sinks,
                                        timeline::Output* timeline,
                                        const scenarios::Limits& limits,
                                        bool dense);

/// "VIOLATED no-capacity-overcommit …", a line for each invariant that did not hold.
[[nodiscard]] std::string violation_lines(const std::vector<models::Violation>& violations,
                                          const Console& console);

[[nodiscard]] ExitStatus run_once(const RunCommandOptions& options, Console& console);
/// Requires: options.side_by_side().
[[nodiscard]] ExitStatus run_side_by_side(const RunCommandOptions& options, Console& console);

}  // namespace firedrill::tools
