#include "policy/api/json_schema.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

namespace firedrill::api {
namespace {

using Schema = nlohmann::ordered_json;

constexpr const char* duration_pattern =
    "^[-+]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$";
constexpr const char* positive_duration_pattern =
    "^\\+?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$";
constexpr const char* quantity_pattern =
    "^[-+]?[0-9]*\\.?[0-9]*([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$";
constexpr const char* time_pattern =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$";

Schema number(double value) {
  // Whole bounds show without ".0".
  const bool whole =
      std::abs(value) < 9e15 && static_cast<double>(static_cast<std::int64_t>(value)) == value;
  return whole ? Schema(static_cast<std::int64_t>(value)) : Schema(value);
}

void add_bounds(const ValueShape& shape, Schema& schema) {
  if (shape.at_least) schema["minimum"] = number(*shape.at_least);
  if (shape.above) schema["exclusiveMinimum"] = number(*shape.above);
  if (shape.at_most) schema["maximum"] = number(*shape.at_most);
  if (shape.below) schema["exclusiveMaximum"] = number(*shape.below);
}

Schema text_schema(const ValueShape& shape) {
  Schema schema = {{"type", "string"}};
  if (!shape.words.empty()) schema["enum"] = shape.words;
  if (!shape.pattern.empty()) schema["pattern"] = shape.pattern;
  if (shape.not_empty) schema["minLength"] = 1;
  return schema;
}

Schema integer_schema(const ValueShape& shape) {
  Schema schema = {{"type", "integer"}};
  schema["minimum"] = shape.integer_min;
  schema["maximum"] = shape.integer_max;
  add_bounds(shape, schema);
  return schema;
}

Schema duration_schema(const ValueShape& shape) {
  const bool positive = shape.at_least.value_or(-1) >= 0 || shape.above.value_or(-1) >= 0;
  Schema schema = {{"type", {"string", "number"}}};
  schema["pattern"] = positive ? positive_duration_pattern : duration_pattern;
  add_bounds(shape, schema);
  return schema;
}

Schema value_schema(const ValueShape& shape) {
  switch (shape.shape) {
    case Shape::text:
      return text_schema(shape);
    case Shape::boolean:
      return {{"type", "boolean"}};
    case Shape::integer:
      return integer_schema(shape);
    case Shape::number: {
      Schema schema = {{"type", "number"}};
      add_bounds(shape, schema);
      return schema;
    }
    case Shape::duration:
      return duration_schema(shape);
    case Shape::time:
      return {{"type", "string"}, {"format", "date-time"}, {"pattern", time_pattern}};
    case Shape::quantity: {
      Schema schema = {{"type", {"string", "number"}}, {"pattern", quantity_pattern}};
      if (shape.at_least) schema["minimum"] = number(*shape.at_least);
      return schema;
    }
    case Shape::any:
      return Schema::object();
    case Shape::list: {
      Schema schema = {{"type", "array"}, {"items", value_schema(shape.element.front())}};
      if (shape.not_empty) schema["minItems"] = 1;
      return schema;
    }
    case Shape::map: {
      Schema schema = {{"type", "object"},
                       {"additionalProperties", value_schema(shape.element.front())}};
      if (shape.not_empty) schema["minProperties"] = 1;
      return schema;
    }
    case Shape::named: {
      const Schema reference = {{"$ref", "#/$defs/" + shape.type}};
      Schema bounds = Schema::object();
      add_bounds(shape, bounds);
      if (bounds.empty()) return reference;
      return {{"allOf", Schema::array({reference, std::move(bounds)})}};
    }
  }
  return Schema::object();
}

// The reader takes null for absent, so a key that may be absent may be null.
void allow_null(Schema& schema) {
  if (schema.contains("$ref") || schema.contains("allOf")) {
    // Draft 7 ignores what stands beside "$ref".
    Schema reference = std::move(schema);
    schema = {{"anyOf", Schema::array({std::move(reference), {{"type", "null"}}})}};
    return;
  }
  if (!schema.contains("type")) return;
  Schema& type = schema["type"];
  if (type.is_string()) type = Schema::array({type});
  type.push_back("null");
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
}

Schema field_schema(const FieldDescription& field, bool nullable) {
  Schema schema = value_schema(field.value);
  if (nullable) {
    allow_null(schema);
  } else if (schema.contains("$ref")) {
    Schema reference = std::move(schema);
    schema = {{"allOf", Schema::array({std::move(reference)})}};
  } else if (field.value.shape == Shape::any) {
    schema["not"] = {{"type", "null"}};
  }
  std::string doc = field.doc;
  if (!field.default_text.empty()) doc += " Default: " + field.default_text + ".";
  schema["description"] = std::move(doc);
  if (field.default_value.present()) schema["default"] = Schema(field.default_value.document());
  return schema;
}

Schema stands(const std::string& key) {
  return {{"required", {key}}, {"properties", {{key, {{"not", {{"type", "null"}}}}}}}};
}

Schema choice_schema(const ChoiceDescription& choice) {
  Schema one = Schema::array();
  for (const FieldDescription& alternative : choice.alternatives) {
    one.push_back(stands(alternative.key));
  }
  if (choice.optional) {
    const Schema any = one;
    one.push_back({{"not", {{"anyOf", any}}}});
  }
  return {{"oneOf", std::move(one)}};
}

Schema object_schema(const TypeDescription& type, const SchemaOptions& options) {
  Schema schema = {{"description", type.doc}, {"type", "object"}};
  Schema properties = Schema::object();
  Schema required = Schema::array();
  for (const FieldDescription& field : type.fields) {
    properties[field.key] = field_schema(field, !field.required);
    if (field.required) required.push_back(field.key);
  }
  Schema choices = Schema::array();
  for (const ChoiceDescription& choice : type.choices) {
    for (const FieldDescription& field : choice.alternatives) {
      properties[field.key] = field_schema(field, true);
    }
    choices.push_back(choice_schema(choice));
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  if (!choices.empty()) schema["allOf"] = std::move(choices);
  if (options.strict) schema["additionalProperties"] = false;
  return schema;
}

Schema type_schema(const TypeDescription& type, const SchemaOptions& options) {
  if (!type.words.empty()) {
    Schema words = Schema::array();
    std::string doc = type.doc;
    for (const WordDescription& word : type.words) {
      words.push_back(word.word);
      doc += "\n" + word.word + ": " + word.doc;
    }
    return {{"description", doc}, {"type", "string"}, {"enum", std::move(words)}};
  }
  if (!type.forms.empty()) {
    Schema forms = Schema::array();
    for (const FormDescription& form : type.forms) {
      Schema schema = value_schema(form.value);
      if (!schema.contains("$ref")) schema["description"] = form.doc;
      forms.push_back(std::move(schema));
    }
    return {{"description", type.doc}, {"anyOf", std::move(forms)}};
  }
  return object_schema(type, options);
}

}  // namespace

nlohmann::ordered_json json_schema(const Types& types, const SchemaOptions& options) {
  Schema schema = {{"$schema", "http://json-schema.org/draft-07/schema#"}};
  if (!options.id.empty()) schema["$id"] = options.id;
  if (!options.title.empty()) schema["title"] = options.title;
  Schema definitions = Schema::object();
  for (const TypeDescription& type : types.all()) {
    definitions[type.name] = type_schema(type, options);
  }
  if (!types.all().empty()) {
    schema["allOf"] = Schema::array({{{"$ref", "#/$defs/" + types.all().front().name}}});
  }
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace firedrill::api
