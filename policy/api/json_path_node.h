#pragma once

/// The syntax tree of a JSONPath template. Internal to json_path_*.cc.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/api/result.h"

namespace firedrill::api::json_path {

struct Node;

/// Nodes that apply one after the other, each to what the one before found.
using Path = std::vector<Node>;

/// `text` outside of braces, or 'text' inside.
struct Text {
  std::string text;
};

/// `.name`
struct Field {
  std::string name;
};

/// `.*`
struct Wildcard {};

/// `..`
struct Recursive {};

/// `range`, `end`, or a name that has no business here; that shows when it is evaluated.
struct Identifier {
  std::string name;
};

/// `5`, `1.5`, `true`
struct Constant {
  std::variant<std::int64_t, double, bool> value;
};

/// `[begin:end:step]`. Of `[i]` the end is derived: i + 1, which means the length if i is -1.
struct Slice {
  std::optional<std::int64_t> begin;
  std::optional<std::int64_t> end;
  bool end_derived = false;
  std::optional<std::int64_t> step;
};

/// `[a,b]`
struct Union {
  std::vector<Path> members;
};

/// `[?(left op right)]`; without an operator: does `left` exist?
struct Filter {
  Path left;
  std::string op;
  Path right;
};

/// `{...}`
struct Action {
  Path path;
};

struct Node {
  std::variant<Text, Field, Wildcard, Recursive, Identifier, Constant, Slice, Union, Filter, Action>
      kind;
};

/// Reads a whole template. `depth` counts templates within templates: the reference parses keys,
/// unions and sides of a filter as templates of their own, and so do we, for that is where its odd
/// cases come from.
[[nodiscard]] Result<Path> parse_template(std::string_view text, int depth = 0);

/// Takes off the quotes of a quoted string and resolves its escapes, as Go's strconv.UnquoteChar
/// does. Nothing if it is malformed. Requires: a quote at both ends.
[[nodiscard]] std::optional<std::string> unquote(std::string_view quoted);

}  // namespace firedrill::api::json_path

namespace firedrill::api {

struct JsonPathTemplate {
  json_path::Path nodes;
};

}  // namespace firedrill::api
