#pragma once

/// How a run departs from the timeline that is kept of it, in the words of `diff` and `explain`.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenarios {

struct GoldenReason {
  /// The event in which the two part, as a line of each; "" where one has no such event. Both are
  /// empty if they don't part in what they tell.
  std::string expected = {};
  std::string actual = {};
  std::string words = {};               ///< "TaintAdded on member1 (…) 12.0 s later".
  std::vector<std::string> lines = {};  ///< Settings that differ, and what led to the event.
};

/// Requires: the run's text is whole. What can't be said is left out: a golden that breaks off
/// tells no story. Throws timeline::ResourceError when a temporary file can't be written.
[[nodiscard]] GoldenReason reason_of_difference(const std::filesystem::path& golden,
                                                std::string_view run);

}  // namespace firedrill::scenarios
