#pragma once

/// What is wrong with an input: the values that readers return instead of throwing.
///
/// A reader knows the JSON pointer, the problem and the remedy; file, line and column are filled in
/// by the one place that knows them (`Diagnostics::locate` with the source's positions). A reader
/// goes on after an error, so that all of them are reported at once; how many are kept is limited.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::api {

/// A place in a text file. Lines and columns count from 1, columns in characters (code points);
/// line 0 means that only the file is known, an empty file that nothing is.
struct Position {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

enum class Severity { error, warning };

/// Which part of an object's member a diagnostic points at.
enum class Anchor { value, key };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string pointer;  ///< RFC 6901: "/clusters/0/syncMode"; "" is the whole document.
  std::string problem;  ///< What is wrong: `unknown value "push"`.
  std::string remedy;   ///< What would be right: `one of Push, Pull; did you mean "Push"?`.
  Anchor anchor = Anchor::value;
  Position position = {};

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// One line, `file:line:column: /json/pointer: problem; remedy`, parts that are not known left out.
/// A warning says so before its problem. Control characters are escaped and over-long pointers
/// abbreviated, whatever the input held.
[[nodiscard]] std::string render(const Diagnostic& diagnostic);

/// The text as a JSON string for messages: quoted, control characters escaped, cut to about
/// `length_max` bytes with "…" on a character's border.
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t length_max = 80);

/// The candidate that `word` most likely stood for: the nearest by edit distance (case counts less
/// than a letter), the first of equals; "" when none is near. Words over 64 bytes match nothing.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

/// `pointer` with one more part, escaped as RFC 6901 wants it.
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::string_view key);
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::size_t index);

/// Appends `/key`, escaped, to `pointer`.
void append_pointer(std::string& pointer, std::string_view key);
void append_pointer(std::string& pointer, std::size_t index);

/// The parts of a JSON pointer, unescaped. "" has none; a pointer must start with "/", which the
/// caller has checked.
[[nodiscard]] std::vector<std::string> split_pointer(std::string_view pointer);

/// Collects diagnostics up to a limit a severity, and counts the rest.
class Diagnostics {
 public:
  using Locator = std::function<Position(const Diagnostic&)>;

  /// `shown_max` is the limit `errors-shown`.
  explicit Diagnostics(std::size_t shown_max = 100) : shown_max_(shown_max) {}

  void add(Diagnostic diagnostic);
  void error(std::string_view pointer, std::string problem, std::string remedy);
  void warning(std::string_view pointer, std::string problem, std::string remedy);

  /// Takes over what `other` has, its hidden ones as numbers.
  void merge(const Diagnostics& other);

  /// Whether another one of that severity would be kept. If not, `count_hidden` saves building it.
  [[nodiscard]] bool keeps(Severity severity) const;
  void count_hidden(Severity severity);

  /// Gives a position to each diagnostic that lacks one.
  void locate(const Locator& locator);

  /// No errors; there may be warnings.
  [[nodiscard]] bool ok() const { return error_count_ == 0; }
  [[nodiscard]] std::size_t error_count() const { return error_count_; }
  [[nodiscard]] std::size_t warning_count() const { return warning_count_; }

  /// In the order they were found.
  [[nodiscard]] const std::vector<Diagnostic>& shown() const { return shown_; }

  /// A line each, by file, line and column (those without a position first), then how many more
  /// there are and the option that shows them.
  [[nodiscard]] std::string render() const;

 private:
  std::size_t shown_max_;
  std::vector<Diagnostic> shown_;
  std::size_t shown_errors_ = 0;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;
};

}  // namespace firedrill::api
