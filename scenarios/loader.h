#pragma once

/// From a file to a valid scenario, or to everything that is wrong with it.
///
/// Three steps, each only if the one before it went well: the document (syntax, includes,
/// overrides; scenarios/source/), its shape (keys, types, ranges; by the descriptions), its meaning
/// (names, references, limits, what the system's admission would refuse). Every diagnostic carries
/// the file, line and column of what it is about.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "policy/api/diagnostic.h"
#include "scenarios/scenario.h"
#include "scenarios/source/document.h"

namespace firedrill::scenarios {

/// The scenario of a document that was read; of the options limits and profile count. Warnings may
/// be reported with a scenario, errors never.
[[nodiscard]] std::optional<Scenario> read_scenario(const Document& document,
                                                    const LoadOptions& options,
                                                    api::Diagnostics& diagnostics);

/// Loads a scenario from a file, or from standard input for "-".
[[nodiscard]] std::optional<Scenario> load_scenario(const std::string& path,
                                                    const LoadOptions& options,
                                                    api::Diagnostics& diagnostics);

/// Loads a scenario from a text, as if it were that file.
[[nodiscard]] std::optional<Scenario> load_scenario_text(std::string text,
                                                         const std::filesystem::path& file,
                                                         const LoadOptions& options,
                                                         api::Diagnostics& diagnostics);

}  // namespace firedrill::scenarios
