#pragma once

/// Words for errors of JSON syntax, found by looking at the text where the parser stopped. A part
/// of the front end (policy/api/json_text.h); nobody else needs it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::api::json_syntax {

/// What the parser had accepted last.
enum class After {
  nothing,  ///< The text has only begun.
  open,     ///< "{" or "[".
  key,
  value,  ///< A whole value, in a container or as the document.
};

struct Stop {
  After after = After::nothing;
  std::size_t last = 0;    ///< Offset of what was accepted last.
  std::size_t cursor = 0;  ///< Offset behind it.
  char container = ' ';    ///< "{" or "[", the innermost open one; " " outside of all.
};

struct Explanation {
  std::size_t offset = 0;
  std::string problem;
  std::string remedy;
};

/// Why the parser could not go on from there.
[[nodiscard]] Explanation explain(std::string_view text, const Stop& stop);

/// Offset of the next character that is neither white space nor in a comment; the text's size if
/// there is none.
[[nodiscard]] std::size_t skip_blank(std::string_view text, std::size_t offset);

/// Offset behind the string, number or word that starts at `offset`.
[[nodiscard]] std::size_t token_end(std::string_view text, std::size_t offset);

/// What the whole text suffers from, whatever it says: a byte order mark, NUL, bytes that are no
/// UTF-8, lone carriage returns. The first one.
[[nodiscard]] std::optional<Explanation> explain_bytes(std::string_view text);

}  // namespace firedrill::api::json_syntax
