#pragma once

/// A JSON document as a value of an API object: immutable, shared, cheap to copy. The heavy JSON
/// header stays out of the headers that only carry documents along.

#include <memory>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::api {

/// Any JSON value, or nothing. Equal when both are absent or the documents are equal; O(1) when
/// they are shared.
class Json {
 public:
  Json() = default;
  explicit Json(nlohmann::json document);

  [[nodiscard]] bool present() const { return document_ != nullptr; }
  /// Requires: present().
  [[nodiscard]] const nlohmann::json& document() const { return *document_; }

  friend bool operator==(const Json& left, const Json& right);

 private:
  std::shared_ptr<const nlohmann::json> document_;
};

}  // namespace firedrill::api
