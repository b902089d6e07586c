#include "policy/api/describe_markdown.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace firedrill::api {
namespace {

// A "|" ends a cell and "<" opens a tag, whatever stands around them.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') {
      out += "\\|";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '\n') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string anchor(std::string_view name) {
  std::string out;
  for (const char c : name)
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string bound(double value) {
  return fmt::format("{}", value);
}

std::string with_bounds(std::string name, const ValueShape& shape) {
  std::vector<std::string> bounds;
  if (shape.at_least) bounds.push_back("≥ " + bound(*shape.at_least));
  if (shape.above) bounds.push_back("> " + bound(*shape.above));
  if (shape.at_most) bounds.push_back("≤ " + bound(*shape.at_most));
  if (shape.below) bounds.push_back("< " + bound(*shape.below));
  if (bounds.empty()) return name;
  return fmt::format("{} {}", name, fmt::join(bounds, ", "));
}

std::string integer_name(const ValueShape& shape) {
  const bool is_signed = shape.integer_min < 0;
  const bool wide = shape.integer_max > 0xffffffffU;
  return fmt::format("{}int{}", is_signed ? "" : "u", wide ? 64 : 32);
}

std::string type_text(const ValueShape& shape) {
  switch (shape.shape) {
    case Shape::text:
      if (!shape.words.empty()) return fmt::format("`{}`", fmt::join(shape.words, "`, `"));
      return shape.meaning.empty() ? (shape.not_empty ? "text, not empty" : "text")
                                   : cell(shape.meaning);
    case Shape::boolean:
      return "boolean";
    case Shape::integer:
      return cell(with_bounds(integer_name(shape), shape));
    case Shape::number:
      return cell(with_bounds("number", shape));
    case Shape::duration:
      return cell(with_bounds("duration", shape));
    case Shape::time:
      return "time (RFC 3339)";
    case Shape::quantity:
      return "quantity";
    case Shape::any:
      return "any JSON";
    case Shape::list:
      return (shape.not_empty ? "non-empty list of " : "list of ") +
             type_text(shape.element.front());
    case Shape::map:
      return "map of names to " + type_text(shape.element.front());
    case Shape::named:
      return fmt::format("[{}](#{})", shape.type, anchor(shape.type));
  }
  return "";
}

std::string default_cell(const FieldDescription& field) {
  if (field.required) return "required";
  if (!field.default_text.empty()) return cell(field.default_text);
  if (!field.default_value.present()) return "";
  const nlohmann::json& json = field.default_value.document();
  const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
  return fmt::format("`{}`", cell(text));
}

void append_row(const FieldDescription& field, std::string_view usual, std::string& out) {
  out += fmt::format("| `{}` | {} | {} | {} |\n", field.key, type_text(field.value), usual,
                     cell(field.doc));
}

void append_fields(const TypeDescription& type, std::string& out) {
  if (type.fields.empty() && type.choices.empty()) return;
  out += "| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const FieldDescription& field : type.fields)
    append_row(field, default_cell(field), out);
  for (const ChoiceDescription& choice : type.choices) {
    const std::string_view usual = choice.optional ? "at most one" : "exactly one";
    for (const FieldDescription& field : choice.alternatives)
      append_row(field, usual, out);
  }
  out += '\n';
}

}  // namespace

std::string markdown_reference(const Types& types, int level) {
  std::string out;
  for (const TypeDescription& type : types.all()) {
    out += fmt::format("{} {}\n\n{}\n\n", std::string(static_cast<std::size_t>(level), '#'),
                       type.name, type.doc);
    append_fields(type, out);
    if (!type.words.empty()) {
      out += "| word | meaning |\n|---|---|\n";
      for (const WordDescription& word : type.words) {
        out += fmt::format("| `{}` | {} |\n", word.word, cell(word.doc));
      }
      out += '\n';
    }
    if (!type.forms.empty()) {
      out += "| written as | meaning |\n|---|---|\n";
      for (const FormDescription& form : type.forms) {
        out += fmt::format("| {} | {} |\n", type_text(form.value), cell(form.doc));
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace firedrill::api
