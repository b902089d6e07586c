#pragma once

/// What tests of the pre-flight check look at.

#include <string>
#include <vector>

#include "analysis/preflight.h"

namespace firedrill::scenarios {

using Codes = std::vector<std::string>;
using Sets = std::vector<std::string>;  ///< As `--set` takes them.

inline Codes codes_of(const std::vector<analysis::Finding>& findings) {
  Codes codes;
  for (const analysis::Finding& finding : findings)
    codes.emplace_back(name_of(finding.code));
  return codes;
}

/// What the findings say to set; empty as soon as one of them can't say.
inline Sets advice(const std::vector<analysis::Finding>& findings) {
  Sets sets;
  for (const analysis::Finding& finding : findings) {
    for (const analysis::Remedy& remedy : finding.remedies) {
      if (remedy.set.empty()) return {};
      sets.push_back(remedy.set);
    }
  }
  return sets;
}

}  // namespace firedrill::scenarios
