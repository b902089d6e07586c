#pragma once

/// JSON text to a value tree that remembers where everything stood: the front end under every
/// reader of JSON files. Comments (`//`, `/* */`) are allowed; beyond that it is RFC 8259 without
/// its liberties: no duplicate keys, no byte order mark, valid UTF-8, no number that a double can't
/// hold.
///
/// nlohmann/json does the lexing and holds the tree. By itself it keeps no positions, lets the last
/// duplicate key win, and overruns the stack when a deep tree is copied or dumped, so size and
/// depth are limited here, while parsing, and a tree that left here is safe to work with.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/diagnostic.h"

namespace firedrill::api {

/// The limits `input-bytes` and `depth` (levels of lists and objects).
struct TextLimits {
  std::size_t input_bytes = std::size_t{64} << 20;
  std::size_t depth = 128;

  /// What the limits themselves may be raised to: positions are 32 bits wide, and copying a tree
  /// takes stack by its depth.
  static constexpr std::size_t input_bytes_max = 4'000'000'000;
  static constexpr std::size_t depth_max = 1000;
};

/// Line and column of a place in a text. Keeps the starts of lines, 4 bytes each.
class LineTable {
 public:
  LineTable() = default;
  explicit LineTable(std::string_view text);

  struct Place {
    std::uint32_t line;
    std::uint32_t column;  ///< In characters, from 1.
  };
  /// Requires: `text` is the one of the constructor; `offset` at most its size.
  [[nodiscard]] Place place(std::string_view text, std::size_t offset) const;

 private:
  std::vector<std::uint32_t> starts_;
};

/// Where each value and key of a parsed text stands: 12 bytes a value beside the text itself.
class JsonPositions {
 public:
  /// In order of the text: a value comes before its children.
  struct Node {
    std::uint32_t key;    ///< Offset of the key in an object, of the value elsewhere.
    std::uint32_t value;  ///< Offset of the value.
    std::uint32_t end;    ///< Index of the first node after this value's children.
  };

  JsonPositions(std::string file, std::string text, std::vector<Node> nodes);

  /// The place of what the pointer names, or of its nearest ancestor that the text has. Takes time
  /// by the number of siblings on the way.
  [[nodiscard]] Position locate(std::string_view pointer, Anchor anchor = Anchor::value) const;

  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  [[nodiscard]] std::size_t child(std::size_t node, std::string_view part) const;
  [[nodiscard]] bool key_is(std::size_t node, std::string_view key) const;

  std::string file_;
  std::string text_;
  LineTable lines_;
  std::vector<Node> nodes_;
};

/// A parsed text: the tree, and where its parts came from.
struct JsonText {
  std::shared_ptr<nlohmann::json> json;
  std::shared_ptr<const JsonPositions> positions;
};

/// Parses a whole document. `file` is the name that diagnostics show. Nothing comes back when there
/// was any error; all that can be found are reported, with positions: every duplicate key, and the
/// first error of syntax.
[[nodiscard]] std::optional<JsonText> parse_json_text(std::string text,
                                                      const std::string& file,
                                                      const TextLimits& limits,
                                                      Diagnostics& diagnostics);

/// Reads a whole file; "-" is standard input. Refuses what is no regular file (a directory, a pipe,
/// a device: they need not end) and, before reading it, what exceeds the limit.
[[nodiscard]] std::optional<std::string> read_text_file(const std::string& path,
                                                        const TextLimits& limits,
                                                        Diagnostics& diagnostics);

}  // namespace firedrill::api
