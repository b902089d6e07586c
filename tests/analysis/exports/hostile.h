#pragma once

/// Texts that would do something if they were taken for more than text: markup, scripts, formulas,
/// control sequences, SQL, quotes, characters that turn the direction of reading.

#include <array>
#include <string>

#include <rapidcheck.h>

#include "policy/api/utf8.h"

namespace firedrill::exports {

inline const std::array<std::string, 16> hostile_texts{
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "  =1+1",
    "\t=1",
    "\r\n=1",
    "\x1b[2J\x1b]0;title\x07",
    "\xC2\x9B"
    "31m",
    "'; DROP TABLE events; --",
    "\"quoted\", with\\backslash",
    "\u202Egpj.exe\u2066\u2028",
    "\uFF1D1+1",
};

/// Pieces of such texts in any order.
inline rc::Gen<std::string> hostile_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(
          rc::gen::oneOf(rc::gen::elementOf(hostile_texts),
                         rc::gen::element<std::string>(",", "\"", "'", "=", "a", "ä", "\n", "\r",
                                                       " ", "{", "\\", "\x7f"),
                         rc::gen::map(rc::gen::inRange(1, 0x80),
                                      [](int c) { return std::string(1, static_cast<char>(c)); }))),
      [](const std::vector<std::string>& pieces) {
        std::string text;
        for (const std::string& piece : pieces)
          text += piece;
        return text;
      });
}

}  // namespace firedrill::exports
