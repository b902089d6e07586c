#pragma once

/// The limits of what one command takes in or keeps, each of which `--limit NAME=N` sets. Reaching
/// one is an error that names it; none is ever reached silently. Product specification, section 8.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/api/json_text.h"
#include "policy/api/result.h"

namespace firedrill::scenarios {

struct Limits {
  std::uint64_t input_bytes = std::uint64_t{64} << 20;  ///< Of a document and all that it includes.
  std::uint64_t depth = 128;                            ///< Levels of lists and objects.
  std::uint64_t includes = 1'000;                       ///< Of a document, each time counted.
  std::uint64_t clusters = 100'000;
  std::uint64_t workloads = 5'000'000;
  std::uint64_t replicas = 100'000'000;
  /// 0 stands for the usual rule: 1,000,000 or 100 for each object, whichever is more.
  std::uint64_t events_at_one_instant = 0;
  std::uint64_t random_faults = 1'000'000;  ///< A run.
  std::uint64_t errors_shown = 100;

  friend bool operator==(const Limits&, const Limits&) = default;

  [[nodiscard]] api::TextLimits text() const { return {input_bytes, depth}; }
};

/// One limit as documentation and `--limit` know it.
struct LimitInfo {
  std::string_view name;  ///< "input-bytes".
  std::string_view meaning;
  std::uint64_t Limits::*member;
  std::uint64_t max;  ///< What it may be raised to.
};

/// All limits, in the order of the specification.
[[nodiscard]] std::span<const LimitInfo> limit_table();

/// Sets the limit that `option`, "NAME=N", names. The problem when it names none, or N is no whole
/// number from 1 to the limit's own maximum.
[[nodiscard]] std::optional<api::Problem> set_limit(std::string_view option, Limits& limits);

/// "limit depth; --limit depth=N raises it": the remedy of every error about a limit.
[[nodiscard]] std::string limit_remedy(std::string_view name);

}  // namespace firedrill::scenarios
