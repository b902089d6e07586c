#pragma once

/// The little of UTF-8 that the vocabulary needs.

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::api {

/// Appends one character. False, and nothing appended, if `code_point` is none (a surrogate, or
/// past U+10FFFF).
bool append_utf8(std::string& text, std::uint32_t code_point);

/// `text` with every byte that belongs to no character replaced by U+FFFD, as Go's JSON encoder
/// does.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Appends the text so that it does nothing to whoever shows it: control characters (C0, DEL, C1),
/// line separators and the controls that turn the direction of reading are spelled \n, \u001b,
/// \u202e, and bytes that belong to no character \x9b. The control characters in `kept` pass.
void append_visible(std::string& out, std::string_view text, std::string_view kept = {});
[[nodiscard]] std::string visible(std::string_view text, std::string_view kept = {});

}  // namespace firedrill::api
