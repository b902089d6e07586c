#pragma once

/// Which files a suite consists of: what says of itself that it is firedrill's.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "policy/api/diagnostic.h"
#include "scenarios/source/limits.h"
#include "scenarios/suite/report.h"

namespace firedrill::scenarios {

struct SuiteEntry {
  std::string path;
  /// `unreadable` says that it claims to be one of the others, and is no JSON.
  SuiteKind kind = SuiteKind::scenario;
};

/// The files named, and those below the folders named whose name ends in ".json" and whose content
/// claims to be a scenario or a study: `apiVersion` "firedrill/…", or one of the two kinds. Hidden
/// folders and links to folders are passed over. Folders come in the order given, their files by
/// path, each file once. What is named and can't be listed is an error, as is a folder without such
/// a file. Other globs than `filter` ("" is all) match no file: it is held against the whole path.
[[nodiscard]] std::vector<SuiteEntry> find_suite(std::span<const std::string> paths,
                                                 const std::string& filter,
                                                 const Limits& limits,
                                                 api::Diagnostics& diagnostics);

}  // namespace firedrill::scenarios
