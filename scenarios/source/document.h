#pragma once

/// A scenario or study as a JSON document: read from a file with its includes, changed by `--set`
/// options, and still knowing for each value the file, line and column (or option) it came from.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/diagnostic.h"
#include "scenarios/source/limits.h"
#include "scenarios/source/origin.h"

namespace firedrill::scenarios {

/// The effective document and the origins of its values.
struct Document {
  std::shared_ptr<nlohmann::json> json;
  Origin origin;
  std::vector<std::string> files;  ///< That were read, the first one first.

  /// Where the value (or key) of that pointer came from.
  [[nodiscard]] api::Position locate(std::string_view pointer,
                                     api::Anchor anchor = api::Anchor::value) const {
    return origin.locate(pointer, anchor);
  }

  /// Fills in the positions of diagnostics about this document.
  void locate(api::Diagnostics& diagnostics) const;
};

struct LoadOptions {
  Limits limits = {};
  /// Each "/json/pointer=value", applied in order. The value is JSON if it parses as such, else a
  /// text; "-" as the pointer's last part appends to a list. Objects on the way that are missing
  /// are created, within objects only. Includes in a value are relative to the file's folder.
  std::vector<std::string> overrides = {};
  /// Of a scenario: the profile that runs it instead of the one that it names; "" = that one. What
  /// only other profiles know is then left out, with warnings.
  std::string profile = {};
  /// Of a scenario: whether its SHA-256 is wanted, which takes longer than reading it.
  bool sha256 = true;
};

/// Loads a document from a file, or from standard input for "-" (its includes lie below the working
/// directory). Nothing comes back if there was an error; all that can be found are reported, with
/// positions.
[[nodiscard]] std::optional<Document> load_document(const std::string& path,
                                                    const LoadOptions& options,
                                                    api::Diagnostics& diagnostics);

/// Loads a document from a text, as if it were that file.
[[nodiscard]] std::optional<Document> load_document_text(std::string text,
                                                         const std::filesystem::path& file,
                                                         const LoadOptions& options,
                                                         api::Diagnostics& diagnostics);

/// The document in one spelling: keys sorted by bytes, no white space. Equal documents give equal
/// texts; its SHA-256 names the document.
[[nodiscard]] std::string effective_text(const nlohmann::json& document);

}  // namespace firedrill::scenarios
