#pragma once

/// `--set /json/pointer=value`: changing a document from the command line.

#include <string>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"
#include "scenarios/source/include.h"
#include "scenarios/source/limits.h"

namespace firedrill::scenarios {

/// Applies one option's text, "/json/pointer=value", to the document. Errors have the option's
/// words in place of a file, and leave the document as it was.
void apply_override(const std::string& text,
                    Document& document,
                    Includer& includer,
                    const Limits& limits,
                    api::Diagnostics& diagnostics);

}  // namespace firedrill::scenarios
