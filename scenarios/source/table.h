#pragma once

/// Tables in files beside a document: measured lengths for an empirical distribution, recorded load
/// of a cluster. They become part of the document, so that it says all by itself and its digest
/// names what was run.
///
/// A table is CSV: a first line that names the columns, then a row a line, cells between commas,
/// nothing quoted; empty lines and those that begin with "#" don't count.

#include <filesystem>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"
#include "scenarios/source/limits.h"

namespace firedrill::scenarios {

/// Puts the rows of files in place of their names: `values` and `p` for the `file` of an object
/// with `"distribution": "empirical"`, a list of points for the name of a `trace` in `background`.
/// Names are relative to the file in which they stand and lie below `folder`. What is wrong with a
/// table is reported with its own line and column; the document keeps the name then. O(document).
void expand_tables(Document& document,
                   const std::filesystem::path& folder,
                   const Limits& limits,
                   api::Diagnostics& diagnostics);

}  // namespace firedrill::scenarios
