#include "scenarios/conformance/vector_text.h"

#include <cstddef>

#include <nlohmann/json.hpp>

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

OrderedJson parse_ordered(std::string_view text) {
  // The front end, which allows comments, has accepted the text and limited its depth.
  return OrderedJson::parse(text, nullptr, true, /*ignore_comments=*/true);
}

std::string line(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string quoted_key(const std::string& key) {
  return line(OrderedJson(key));
}

/// The elements of a list, or the members of an object, a line each.
std::string lines(const OrderedJson& value, std::string_view indent) {
  const bool is_list = value.is_array();
  std::string text(1, is_list ? '[' : '{');
  bool first = true;
  for (const auto& [key, element] : value.items()) {
    text += first ? "\n" : ",\n";
    first = false;
    text += indent;
    if (!is_list) text += quoted_key(key) + ": ";
    text += line(element);
  }
  text += '\n';
  text += indent.substr(0, indent.empty() ? 0 : indent.size() - 1);
  text += is_list ? ']' : '}';
  return text;
}

/// An event in the recorded order of keys: when and what come first.
OrderedJson ordered_event(const Json& event) {
  if (!event.is_object()) return event;
  OrderedJson ordered = OrderedJson::object();
  for (const char* key : {"t", "kind", "cluster", "binding"}) {
    if (const auto found = event.find(key); found != event.end()) ordered[key] = *found;
  }
  for (const auto& [key, value] : event.items()) {
    if (!ordered.contains(key)) ordered[key] = value;
  }
  return ordered;
}

OrderedJson ordered_timeline(const Json& timeline) {
  if (!timeline.is_array()) return timeline;
  OrderedJson ordered = OrderedJson::array();
  for (const Json& event : timeline)
    ordered.push_back(ordered_event(event));
  return ordered;
}

bool is_written_in_lines(const std::string& key, const OrderedJson& value) {
  return !value.empty() && (value.is_array() || (value.is_object() && key == "final"));
}

}  // namespace

std::string area_text_with(std::string_view text, const Json& computed) {
  OrderedJson document = parse_ordered(text);
  OrderedJson& cases = document.at("cases");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].is_object()) cases[i]["expected"] = computed.at(i);
  }
  std::string result = "{";
  for (const auto& [key, value] : document.items()) {
    if (result.size() > 1) result += ',';
    result += quoted_key(key) + ':' + (key == "cases" ? lines(value, "") : line(value));
  }
  return result + "}\n";
}

std::string end_to_end_text_with(std::string_view text, const Json& computed) {
  OrderedJson document = parse_ordered(text);
  document["timeline"] = ordered_timeline(computed.at("timeline"));
  document["final"] = computed.at("final");
  std::string result = "{";
  bool first = true;
  for (const auto& [key, value] : document.items()) {
    result += first ? "\n " : ",\n ";
    first = false;
    result += quoted_key(key) + ": " +
              (is_written_in_lines(key, value) ? lines(value, "  ") : line(value));
  }
  return result + "\n}\n";
}

}  // namespace firedrill::scenarios
