#pragma once

/// One cell of CSV (RFC 4180), made harmless: what a spreadsheet would run and what a terminal
/// would obey is shown instead.

#include <string>
#include <string_view>

namespace firedrill::exports {

/// Appends the text as a cell. Control characters and those that turn the direction of reading are
/// spelled (api::append_visible), so that a row is a line; a text that a spreadsheet would take for
/// a formula (it begins with = + - @, their full-width forms, a tab or a line's end, and is no
/// number) gets an apostrophe ahead; quotes stand around what needs them.
void append_csv_field(std::string& out, std::string_view text);

}  // namespace firedrill::exports
