#pragma once

/// A subcommand: its options as CLI11 knows them, and what it does once they are read.

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "scenarios/source/limits.h"
#include "tools/console.h"

namespace firedrill::tools {

struct Command {
  CLI::App* app = nullptr;
  std::function<ExitStatus(Console&)> act;
};

/// Something wrong with how a command was called, beyond what CLI11 checks; the message is for
/// people.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The user pressed Ctrl-C since the program started.
[[nodiscard]] bool interrupted();

/// Adds `--limit NAME=N` (repeatable), whose texts go to `texts`.
void add_limit_option(CLI::App& app, std::vector<std::string>& texts);
/// The limits that those texts set. Throws UsageError.
[[nodiscard]] scenarios::Limits read_limits(const std::vector<std::string>& texts);

/// Each adds one subcommand to the program.
[[nodiscard]] Command add_run(CLI::App& program);
[[nodiscard]] Command add_validate(CLI::App& program);
[[nodiscard]] Command add_test(CLI::App& program);
[[nodiscard]] Command add_explain(CLI::App& program);
[[nodiscard]] Command add_schema(CLI::App& program);
[[nodiscard]] Command add_sweep(CLI::App& program);
[[nodiscard]] Command add_profiles(CLI::App& program);
[[nodiscard]] Command add_conformance(CLI::App& program);
[[nodiscard]] Command add_diff(CLI::App& program);
[[nodiscard]] Command add_report(CLI::App& program);
[[nodiscard]] Command add_completion(CLI::App& program);

}  // namespace firedrill::tools
