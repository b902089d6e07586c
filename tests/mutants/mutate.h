#pragma once

/// Source text with mutants in it that can be woken at run time.
///
/// The snippet of a replaced expression becomes `(flag ? (other) : (snippet))`, that of a dropped
/// statement `if (!flag) { snippet }`. The flags are variables, one a mutant, set before `main`
/// from the environment (choice.h): a source has to be compiled again only when its own mutants
/// change.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mutant_list.h"
#include "policy/api/result.h"

namespace firedrill::mutants {

/// The text of a file with its mutants, which must all be of that file. `origin` is what compilers
/// shall call it. A snippet that is missing, stands there more than once or overlaps another one is
/// a problem that names the mutant.
[[nodiscard]] api::Result<std::string> mutate(std::string_view text,
                                              std::span<const Mutant* const> mutants,
                                              std::string_view origin);

/// The source that defines the flags.
[[nodiscard]] std::string flags_source(const std::vector<Mutant>& mutants);

}  // namespace firedrill::mutants
