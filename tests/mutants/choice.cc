#include "choice.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace firedrill::mutants {

Choice::Choice(const std::vector<std::string_view>& known) {
  const char* wanted = std::getenv("FIREDRILL_MUTANT");
  if (wanted == nullptr || *wanted == '\0') return;
  chosen_ = wanted;
  if (std::ranges::find(known, chosen_) != known.end()) return;
  std::cerr << "FIREDRILL_MUTANT: there is no mutant " << chosen_ << "\n";
  std::_Exit(3);
}

}  // namespace firedrill::mutants
