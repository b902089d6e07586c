#pragma once

/// Which build this is.

#include <string>
#include <string_view>

namespace firedrill::tools {

/// The commit that was built, with "+" if the tree had changes; "unknown" outside of a repository.
[[nodiscard]] std::string_view commit();

/// What `--version` prints: version, commit, and a digest over the tables of the policies (flags,
/// gates, settings with their defaults), by which two builds can be told to decide alike.
[[nodiscard]] std::string version_text();

}  // namespace firedrill::tools
