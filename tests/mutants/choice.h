#pragma once

/// Which mutant a process runs as: the one that the environment variable FIREDRILL_MUTANT names,
/// none without it. Read once, before `main`; a name that no mutant has ends the process.

#include <string_view>
#include <vector>

namespace firedrill::mutants {

class Choice {
 public:
  explicit Choice(const std::vector<std::string_view>& known);

  [[nodiscard]] bool is(std::string_view name) const { return !name.empty() && name == chosen_; }

 private:
  std::string_view chosen_;
};

}  // namespace firedrill::mutants
