#pragma once

/// The scenarios that a study names: files by pattern, and their documents. Internal to studies.

#include <filesystem>
#include <vector>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// A scenario, and which entry of `scenarios` named it.
struct NamedScenario {
  StudyScenario scenario;
  std::size_t entry = 0;
};

/// Reads the documents of all scenarios in the study's order, files of one pattern by name. What
/// is wrong with an entry goes to `diagnostics` with a pointer into the study; what is wrong within
/// a scenario's file goes to `located`, with its place there.
[[nodiscard]] std::vector<NamedScenario> read_scenario_files(const StudyFile& file,
                                                             const std::filesystem::path& folder,
                                                             const LoadOptions& options,
                                                             api::Diagnostics& diagnostics,
                                                             api::Diagnostics& located);

}  // namespace firedrill::scenarios
