#pragma once

/// How JSONPath results become text. Internal to json_path_*.cc.

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::api::json_path {

/// Collects the text of results, up to a limit.
class Printer {
 public:
  void append(std::string_view text);

  /// As Go's fmt prints a float64: the shortest digits that read back as the same number, with an
  /// exponent if the decimal exponent is less than -4 or more than 5.
  void append_number(double number);

  /// A result that is a value of the document. Strings go as they are; objects and arrays as Go's
  /// encoding/json writes them.
  void append_value(const nlohmann::json& value);

  /// What stopped the output, or null.
  [[nodiscard]] const char* problem() const { return problem_; }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void append_json(const nlohmann::json& value, int depth);
  void append_json_number(double number);
  void append_json_string(std::string_view text);

  std::string text_;
  const char* problem_ = nullptr;
};

/// Any number of the document as the double that the reference decodes it to. Requires: `value` is
/// a number.
[[nodiscard]] double number_of(const nlohmann::json& value);

}  // namespace firedrill::api::json_path
