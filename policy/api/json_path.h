#pragma once

/// The JSONPath dialect of Kubernetes: a text template with `{...}` actions, evaluated over a JSON
/// document.
///
/// Karmada reads the state it preserves across a failover with it
/// (`statePreservation.rules[].jsonPath`). Follows client-go util/jsonpath with missing keys not
/// allowed, as karmada pkg/util/helper/failover.go uses it; errors are values. Where the reference
/// visits the keys of an object in random order, they are sorted here.

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/result.h"

namespace firedrill::api {

struct JsonPathTemplate;

/// A parsed template; cheap to copy.
///
/// Bounds that the reference lacks, because both the template and the document may be hostile:
/// 4,096 characters of template, a million visited values and a mebibyte of text an evaluation,
/// printed JSON nested 1,000 levels deep. Passing one is a problem like any other.
class JsonPath {
 public:
  [[nodiscard]] static Result<JsonPath> parse(std::string_view text);

  /// The template's text over `document`; problems are those of the data, such as a missing key.
  /// Always valid UTF-8. Numbers count as doubles, whatever they look like in the document.
  [[nodiscard]] Result<std::string> evaluate(const nlohmann::json& document) const;

 private:
  explicit JsonPath(std::shared_ptr<const JsonPathTemplate> parsed)
      : template_(std::move(parsed)) {}

  std::shared_ptr<const JsonPathTemplate> template_;
};

}  // namespace firedrill::api
