#pragma once

/// The list of mutants, tests/mutants/mutants.json: small mistakes in policy/ that the tests must
/// notice. How they get into a build is said in mutate.h, how to add one in CONTRIBUTING.md.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/diagnostic.h"

namespace firedrill::mutants {

/// One mistake: a snippet of a source file, and what stands there instead.
struct Mutant {
  std::string name;
  std::string file;                 ///< Relative to the repository's root.
  std::string in;                   ///< Code around the snippet, where that occurs more than once.
  std::string find;                 ///< The snippet: an expression or, to be dropped, statements.
  std::optional<std::string> with;  ///< The expression that replaces it.
  bool drop = false;
  std::string why;  ///< What it breaks, in one sentence.
  /// The test that notices: "program: Suite.Case", the name of a ctest entry, or "firedrill test:
  /// FOLDER/NAME", a scenario of the library.
  std::string killed_by;
  std::vector<std::string> breaks;  ///< The laws that it makes fail, "Suite.Case".
  std::vector<std::string> spoils;  ///< The bundled disasters that it makes fail, by name.
};

/// Reads the list. With errors in it nothing comes back, and the diagnostics say where they are.
[[nodiscard]] std::optional<std::vector<Mutant>> read_mutants(const std::string& path,
                                                              api::Diagnostics& diagnostics);

/// The page docs/mutants.md: the mutants, and the laws and disasters with those that break them.
[[nodiscard]] std::string document(const std::vector<Mutant>& mutants);

}  // namespace firedrill::mutants
