#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "policy/api/json_path.h"
#include "policy/api/json_path_node.h"

namespace firedrill::api {
namespace json_path {
namespace {

constexpr std::size_t length_max = 4'096;
constexpr int depth_max = 32;

/// The end of the text, as a character.
constexpr char end_of_text = '\0';

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Every byte of a non-ASCII character counts as a letter; the reference asks Unicode, and tells
/// letters from symbols.
bool is_letter_or_digit(char c) {
  return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool ends_name(char c) {
  return std::string_view(" \t\r\n.,[]$@{}").find(c) != std::string_view::npos;
}

bool is_comparison(char c) {
  return c == '!' || c == '<' || c == '>' || c == '=';
}

std::string_view trim_blanks(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

/// A decimal integer with an optional sign.
std::optional<std::int64_t> read_integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Digits with a point in them and an optional sign. Too large is nothing, too small is zero.
std::optional<double> read_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc()) return value;
  const std::string_view whole = text.substr(0, text.find('.'));
  const bool large = whole.find_first_of("123456789") != std::string_view::npos;
  if (error != std::errc::result_out_of_range || large) return std::nullopt;
  return text.starts_with('-') ? -0.0 : 0.0;
}

/// Cuts `-?[0-9]*` off the front.
std::string_view take_slice_number(std::string_view& text) {
  std::size_t length = text.starts_with('-') ? 1 : 0;
  while (length < text.size() && is_digit(text[length]))
    ++length;
  const std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  return number;
}

/// Reads one bound of a slice; an empty one is absent. False if it is no 64-bit integer.
bool read_bound(std::string_view text, std::optional<std::int64_t>& bound) {
  if (text.empty()) return true;
  bound = read_integer(text);
  return bound.has_value();
}

/// Reads what stands between the brackets of `[begin:end:step]`, any of which may be missing.
std::optional<Slice> read_slice(std::string_view text) {
  Slice slice;
  if (!read_bound(take_slice_number(text), slice.begin)) return std::nullopt;
  if (text.empty()) {
    // As in Go, the greatest integer wraps around; it is out of bounds either way.
    slice.end = static_cast<std::int64_t>(static_cast<std::uint64_t>(slice.begin.value_or(0)) + 1);
    slice.end_derived = true;
    return slice;
  }
  if (text.front() != ':') return std::nullopt;
  text.remove_prefix(1);
  if (!read_bound(take_slice_number(text), slice.end)) return std::nullopt;
  if (text.empty()) return slice;
  if (text.front() != ':') return std::nullopt;
  text.remove_prefix(1);
  if (!read_bound(take_slice_number(text), slice.step) || !text.empty()) return std::nullopt;
  return slice;
}

/// The three parts of a comparison.
struct Comparison {
  std::string_view left;
  std::string_view op;
  std::string_view right;
};

/// Splits at the first run of comparison characters, leaving at least one character on either side.
std::optional<Comparison> split_comparison(std::string_view text) {
  const auto first = std::ranges::find_if(text, is_comparison);
  const auto last = std::find_if_not(first, text.end(), is_comparison);
  const auto op = static_cast<std::size_t>(first - text.begin());
  std::size_t op_length = static_cast<std::size_t>(last - first);
  if (op + op_length == text.size() && op_length > 0) --op_length;
  if (op == 0 || op_length == 0) return std::nullopt;
  return Comparison{text.substr(0, op), text.substr(op, op_length), text.substr(op + op_length)};
}

/// What went wrong, or nothing.
using Trouble = std::optional<Problem>;

Problem problem(std::string text) {
  return Problem{std::move(text)};
}

/// Reads one template from left to right. Every `read_` function starts at the token it is named
/// for and stops behind it.
class Parser {
 public:
  Parser(std::string_view text, int depth) : text_(text), depth_(depth) {}

  Result<Path> run() {
    Path nodes;
    while (position_ < text_.size()) {
      const std::size_t brace = std::min(text_.find('{', position_), text_.size());
      if (brace > position_)
        nodes.push_back({Text{std::string(text_.substr(position_, brace - position_))}});
      position_ = brace;
      if (brace == text_.size()) break;
      Action action;
      if (Trouble trouble = read_action(action.path)) return *std::move(trouble);
      nodes.push_back({std::move(action)});
    }
    return nodes;
  }

 private:
  [[nodiscard]] bool at(std::string_view token) const {
    return text_.substr(position_).starts_with(token);
  }

  [[nodiscard]] char peek() const {
    return position_ < text_.size() ? text_[position_] : end_of_text;
  }

  Trouble read_action(Path& path) {
    ++position_;
    while (!at("}")) {
      if (Trouble trouble = read_token(path)) return trouble;
    }
    ++position_;
    return {};
  }

  Trouble read_token(Path& path) {
    if (at("[?(")) return read_filter(path);
    if (at("..")) return read_recursive(path);
    const char c = peek();
    if (position_ == text_.size() || c == '\r' || c == '\n') return problem("unclosed action");
    switch (c) {
      case ' ':
      case '@':
      case '$':
        ++position_;
        return {};
      case '[':
        return read_brackets(path);
      case '"':
      case '\'':
        return read_quoted(path);
      case '.':
        ++position_;
        return read_field(path);
      default:
        break;
    }
    if (c == '+' || c == '-' || is_digit(c)) return read_number(path);
    if (is_letter_or_digit(c)) return read_identifier(path);
    return problem(fmt::format("unrecognized character '{}' in action", c));
  }

  Trouble read_identifier(Path& path) {
    const std::size_t begin = position_;
    while (position_ < text_.size() && !ends_name(text_[position_]))
      ++position_;
    const std::string_view name = text_.substr(begin, position_ - begin);
    if (name == "true" || name == "false") {
      path.push_back({Constant{name == "true"}});
    } else {
      path.push_back({Identifier{std::string(name)}});
    }
    return {};
  }

  Trouble read_recursive(Path& path) {
    if (!path.empty() && std::holds_alternative<Recursive>(path.back().kind)) {
      return problem("invalid multiple recursive descent");
    }
    position_ += 2;
    path.push_back({Recursive{}});
    return is_letter_or_digit(peek()) ? read_field(path) : Trouble();
  }

  Trouble read_number(Path& path) {
    const std::size_t begin = position_;
    if (peek() == '+' || peek() == '-') ++position_;
    while (peek() == '.' || is_digit(peek()))
      ++position_;
    const std::string_view number = text_.substr(begin, position_ - begin);
    if (const auto integer = read_integer(number)) {
      path.push_back({Constant{*integer}});
    } else if (const auto decimal = read_decimal(number)) {
      path.push_back({Constant{*decimal}});
    } else {
      return problem(fmt::format("cannot parse number {}", number));
    }
    return {};
  }

  /// A name up to a character that ends it. A backslash protects that character, and disappears.
  Trouble read_field(Path& path) {
    const std::size_t begin = position_;
    while (position_ < text_.size() && !ends_name(text_[position_])) {
      const bool escape = text_[position_] == '\\';
      position_ = std::min(position_ + (escape ? 2 : 1), text_.size());
    }
    std::string name(text_.substr(begin, position_ - begin));
    if (name == "*") {
      path.push_back({Wildcard{}});
      return {};
    }
    std::erase(name, '\\');
    path.push_back({Field{std::move(name)}});
    return {};
  }

  Trouble read_quoted(Path& path) {
    const std::size_t begin = position_;
    const char quote = peek();
    do {
      ++position_;
      if (position_ >= text_.size() || peek() == '\n') return problem("unterminated quoted string");
    } while (peek() != quote || text_[position_ - 1] == '\\');
    ++position_;
    const std::string_view quoted = text_.substr(begin, position_ - begin);
    auto text = unquote(quoted);
    if (!text) return problem(fmt::format("invalid quoted string {}", quoted));
    path.push_back({Text{*std::move(text)}});
    return {};
  }

  /// An index, a slice, a key, or several of them.
  Trouble read_brackets(Path& path) {
    const std::size_t end = text_.find_first_of("]\n", position_);
    if (end == std::string_view::npos || text_[end] == '\n') return problem("unterminated array");
    const std::string_view content = text_.substr(position_ + 1, end - position_ - 1);
    position_ = end + 1;
    if (content.find(',') != std::string_view::npos) return read_union(content, path);
    const bool quoted = content.size() >= 2 && content.front() == '\'' &&
                        content.find('\'', 1) == content.size() - 1;
    if (quoted) {
      // Not one key: dots in it split, as outside of brackets.
      return read_nested(fmt::format(".{}", content.substr(1, content.size() - 2)), path);
    }
    auto slice = read_slice(content == "*" ? ":" : content);
    if (!slice) return problem(fmt::format("invalid array index {}", content));
    path.push_back({*std::move(slice)});
    return {};
  }

  Trouble read_union(std::string_view content, Path& path) {
    Union members;
    while (true) {
      const std::size_t comma = content.find(',');
      Path member;
      if (Trouble trouble =
              read_nested(fmt::format("[{}]", trim_blanks(content.substr(0, comma))), member)) {
        return trouble;
      }
      members.members.push_back(std::move(member));
      if (comma == std::string_view::npos) break;
      content.remove_prefix(comma + 1);
    }
    path.push_back({std::move(members)});
    return {};
  }

  Trouble read_filter(Path& path) {
    position_ += 3;
    const std::size_t begin = position_;
    if (Trouble trouble = skip_filter_text()) return trouble;
    const std::string_view content = text_.substr(begin, position_ - begin);
    ++position_;
    if (peek() != ']') return problem("unclosed array expect ]");
    ++position_;
    Filter filter;
    const auto comparison = split_comparison(content);
    if (Trouble trouble = read_nested(comparison ? comparison->left : content, filter.left))
      return trouble;
    if (comparison) {
      filter.op = comparison->op;
      if (Trouble trouble = read_nested(comparison->right, filter.right)) return trouble;
    }
    path.push_back({std::move(filter)});
    return {};
  }

  /// Moves to the parenthesis that closes a filter: the first one outside of the first quoted
  /// string. Later quotes protect nothing.
  Trouble skip_filter_text() {
    char quote = end_of_text;
    bool open = false;
    for (; position_ < text_.size(); ++position_) {
      const char c = peek();
      if (c == '\n') break;
      if (c == ')' && !open) return {};
      if (c != '"' && c != '\'') continue;
      if (quote == end_of_text) {
        quote = c;
        open = true;
      } else if (c == quote && text_[position_ - 1] != '\\') {
        open = false;
      }
    }
    return problem("unterminated filter");
  }

  /// Reads `content` as an action of its own and appends its nodes to `path`. What follows a brace
  /// in it must be well formed, but does not count.
  Trouble read_nested(std::string_view content, Path& path) {
    if (depth_ == depth_max) return problem("nested too deeply");
    Result<Path> nested = parse_template(fmt::format("{{{}}}", content), depth_ + 1);
    if (!nested) return Problem{nested.problem()};
    Path nodes = *std::move(nested);
    for (Node& node : std::get<Action>(nodes.front().kind).path)
      path.push_back(std::move(node));
    return {};
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_;
};

}  // namespace

Result<Path> parse_template(std::string_view text, int depth) {
  return Parser(text, depth).run();
}

}  // namespace json_path

Result<JsonPath> JsonPath::parse(std::string_view text) {
  if (text.size() > json_path::length_max) {
    return Problem{
        fmt::format("JSONPath template longer than {} characters", json_path::length_max)};
  }
  Result<json_path::Path> nodes = json_path::parse_template(text);
  if (!nodes) return Problem{nodes.problem()};
  return JsonPath(std::make_shared<const JsonPathTemplate>(JsonPathTemplate{*std::move(nodes)}));
}

}  // namespace firedrill::api
