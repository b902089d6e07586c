#pragma once

/// The few things that a suite says of JSON it has not read as anything: whose a file is, what an
/// expectation is called, what a line of a timeline is about.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/expect/expectation.h"

namespace firedrill::scenarios {

/// "/expect/3 event TaintAdded": an expectation by its place, form and subject. Bounds are left
/// out, so that the name stays when they are tuned.
[[nodiscard]] std::string case_name(const analysis::Expectation& expectation, std::size_t index);

/// "seq 41 at 10m12.5s: TaintAdded of member1", of an event's line; "" if it is none.
[[nodiscard]] std::string event_words(std::string_view line);

/// The number of the format that a timeline's first line has; nothing if it is none.
[[nodiscard]] std::optional<std::int64_t> format_of_header(std::string_view line);

/// "byKind.TaintAdded 3 instead of 2, …": in which members two lines differ, digests left out; ""
/// if in none.
[[nodiscard]] std::string member_differences(std::string_view expected, std::string_view actual);

}  // namespace firedrill::scenarios
