#pragma once

/// What the API server knows of each kind: which part is spec and which is status, who may watch a
/// part of it, and how caches index it. The kinds of a control plane are described beside its
/// tables (models/world/<system>/).

#include <string>
#include <string_view>
#include <utility>

#include "policy/api/work.h"
#include "policy/runtime/ports.h"

namespace firedrill::models {

/// A kind without status, visible to all, not indexed.
template <class Object>
struct PlainRules {
  static bool same_spec(const Object& a, const Object& b) { return a.spec == b.spec; }
  template <class From>
  static void take_status(Object& /*to*/, From&& /*from*/) {}
  /// The member cluster that an object belongs to, for agents, which see only theirs.
  static std::string_view scope(const Object& /*object*/) { return {}; }
  template <class Visit>
  static void index(const Object& /*object*/, policy::Index /*index*/, Visit&& /*visit*/) {}
  /// Whether every index has both under the same values; may say no although it is so.
  static bool same_indexes(const Object& /*a*/, const Object& /*b*/) { return false; }
};

/// A kind with a status.
template <class Object>
struct StatusRules : PlainRules<Object> {
  template <class From>
  static void take_status(Object& to, From&& from) {
    to.status = std::forward<From>(from).status;
  }
};

/// Of one kind. Not defined for those that nobody described: such a table does not compile.
template <class Object>
struct Rules;

template <>
struct Rules<api::ResourceTemplate> : PlainRules<api::ResourceTemplate> {
  static bool same_spec(const api::ResourceTemplate& a, const api::ResourceTemplate& b) {
    return a.replicas == b.replicas && a.spec == b.spec && a.dependencies == b.dependencies;
  }
};

}  // namespace firedrill::models
