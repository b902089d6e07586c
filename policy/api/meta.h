#pragma once

/// Kubernetes object metadata and references: the part that every object of the control plane
/// shares. Plain values, comparable; JSON both ways through `describe` (policy/api/describe.h).

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/name.h"
#include "policy/api/shared.h"
#include "policy/api/time.h"

namespace firedrill::api {

using Labels = std::map<std::string, std::string, std::less<>>;
using SharedLabels = SharedMap<Labels>;

/// What identifies an object within its kind. `space` is the Kubernetes namespace, "" when the
/// object is cluster-scoped. Orders as the reference sorts its cache lists: by namespace, then
/// name.
struct Key {
  Name space;
  Name name;

  friend auto operator<=>(const Key&, const Key&) = default;
};

/// Metadata as the API server keeps it. `generation` counts accepted changes of the spec (and the
/// request to delete); `resource_version` counts every write and carries optimistic concurrency.
struct ObjectMeta {
  Name space;
  Name name;
  Text uid;
  SharedLabels labels;
  SharedLabels annotations;
  std::int64_t generation = 0;
  std::int64_t resource_version = 0;
  std::optional<StoredTime> creation_timestamp;
  std::optional<StoredTime> deletion_timestamp;
  std::vector<Name> finalizers;

  [[nodiscard]] Key key() const { return {space, name}; }
  [[nodiscard]] bool deleting() const { return deletion_timestamp.has_value(); }

  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

template <class V>
void describe(V& v, ObjectMeta& m) {
  v.begin("ObjectMeta", "Kubernetes object metadata.");
  v.field("namespace", m.space, "Namespace; empty for cluster-scoped objects.");
  v.field("name", m.name, "Name, unique within namespace and kind.");
  v.field("uid", m.uid, "Unique identity; decides ties when replicas are divided.");
  v.field("labels", m.labels, "Labels.");
  v.field("annotations", m.annotations, "Annotations.");
  v.field("generation", m.generation, "Counts changes of the spec.");
  v.field("creationTimestamp", m.creation_timestamp,
          "When the object was created (whole seconds).");
  v.field("deletionTimestamp", m.deletion_timestamp,
          "When deletion was requested (whole seconds).");
  v.field("finalizers", m.finalizers, "Who must let go before the object can disappear.");
}

/// A condition of an object's status. Kubernetes knows the statuses "True", "False" and "Unknown".
struct Condition {
  Name type;
  Name status;
  Name reason;
  Text message;
  std::optional<StoredTime> last_transition_time;

  friend bool operator==(const Condition&, const Condition&) = default;
};

template <class V>
void describe(V& v, Condition& c) {
  v.begin("Condition", "One aspect of an object's state.");
  v.required("type", c.type, "Condition type, such as Ready.");
  v.field("status", c.status, "True, False or Unknown.");
  v.field("reason", c.reason, "Why, as one CamelCase word.");
  v.field("message", c.message, "Why, in prose.");
  v.field("lastTransitionTime", c.last_transition_time,
          "When the status last changed (whole seconds).");
}

/// The condition of that type, or null.
[[nodiscard]] const Condition* find_condition(const std::vector<Condition>& conditions,
                                              std::string_view type);

/// Sets a condition by type, as meta.SetStatusCondition does: the transition time changes only with
/// the status. Returns whether anything changed.
bool set_condition(std::vector<Condition>& conditions, Condition condition);

}  // namespace firedrill::api
