#include "scenarios/study/study_file.h"

#include <utility>

#include "policy/api/duration.h"

namespace firedrill::scenarios {

bool is_json_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (!text.starts_with('/')) return false;
  for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next != '0' && next != '1') return false;
  }
  return true;
}

namespace detail {

api::Result<RangeEnd> range_end_of_number(double number) {
  return RangeEnd{.number = number, .duration = {}, .is_duration = false};
}

std::optional<double> number_of_range_end(const RangeEnd& end) {
  if (end.is_duration) return std::nullopt;
  return end.number;
}

api::Result<RangeEnd> range_end_of_text(std::string text) {
  const auto duration = api::parse_duration(text);
  if (!duration) return api::Problem{duration.problem()};
  return RangeEnd{.number = 0, .duration = *duration, .is_duration = true};
}

std::optional<std::string> text_of_range_end(const RangeEnd& end) {
  if (!end.is_duration) return std::nullopt;
  return api::format_duration(end.duration);
}

}  // namespace detail
}  // namespace firedrill::scenarios
