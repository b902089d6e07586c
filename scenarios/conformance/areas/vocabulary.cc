#include "scenarios/conformance/areas/vocabulary.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "policy/api/duration.h"
#include "policy/api/labels.h"
#include "policy/api/quantity.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance {
namespace {

using Json = nlohmann::json;

Json error() {
  return {{"error", true}};
}

const std::string& text_of(const Json& input) {
  return input.at("text").get_ref<const std::string&>();
}

}  // namespace

Json duration(const Json& input) {
  const auto parsed = api::parse_duration(text_of(input));
  if (!parsed) return error();
  return {{"nanoseconds", parsed->count()}, {"string", api::format_duration(*parsed)}};
}

Json label_selector(const Json& input) {
  const auto selector = member_from_vector<std::optional<api::LabelSelector>>(input, "selector");
  const auto labels = member_from_vector<api::Labels>(input, "labels");
  const api::SelectorMatch match = api::match(selector, labels);
  if (match == api::SelectorMatch::invalid) return error();
  return {{"matches", match == api::SelectorMatch::matches}};
}

Json quantity(const Json& input) {
  using api::Quantity;
  // The reference does not count -2^63 among what fits 64 bits.
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  const auto parsed = Quantity::parse(text_of(input));
  if (!parsed) return error();
  const Quantity& quantity = *parsed;
  Json json = {{"canonical", quantity.text()},
               {"format", api::to_string(quantity.format())},
               {"sign", quantity.sign()}};
  if (quantity <= Quantity::from_units(limit) && quantity >= Quantity::from_units(-limit)) {
    json["value"] = quantity.value();
  }
  if (quantity <= Quantity::from_milli(limit) && quantity >= Quantity::from_milli(-limit)) {
    json["milliValue"] = quantity.milli_value();
  }
  return json;
}

}  // namespace firedrill::scenarios::conformance
