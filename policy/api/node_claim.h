#pragma once

/// What a pod asks of the node that it runs on (karmada pkg/apis/work/v1alpha2, NodeClaim): part of
/// a pod template, carried along in bindings, and understood by nodes.

#include <optional>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/labels.h"
#include "policy/api/meta.h"

namespace firedrill::api {

/// One alternative of a node selector: all of its conditions must hold. Without any it matches
/// nothing, as in Kubernetes.
struct NodeSelectorTerm {
  std::vector<LabelSelectorRequirement> match_expressions;
  std::vector<LabelSelectorRequirement> match_fields;

  friend bool operator==(const NodeSelectorTerm&, const NodeSelectorTerm&) = default;
};

template <class V>
void describe(V& v, NodeSelectorTerm& t) {
  v.begin("NodeSelectorTerm", "One alternative of a node selector; all conditions must hold.");
  v.field("matchExpressions", t.match_expressions,
          "Conditions on labels: In, NotIn, Exists, DoesNotExist, Gt, Lt.");
  v.field("matchFields", t.match_fields, "Conditions on the field metadata.name.");
}

/// Alternatives: one must match, so that an empty list matches nothing.
struct NodeSelector {
  std::vector<NodeSelectorTerm> terms;

  friend bool operator==(const NodeSelector&, const NodeSelector&) = default;
};

template <class V>
void describe(V& v, NodeSelector& s) {
  v.begin("NodeSelector", "Alternatives, one of which must match.");
  v.field("nodeSelectorTerms", s.terms, "The alternatives.");
}

struct NodeClaim {
  std::optional<NodeSelector> hard_node_affinity;
  Labels node_selector;
  std::vector<Toleration> tolerations;

  [[nodiscard]] bool empty() const {
    return !hard_node_affinity && node_selector.empty() && tolerations.empty();
  }
  friend bool operator==(const NodeClaim&, const NodeClaim&) = default;
};

template <class V>
void describe(V& v, NodeClaim& c) {
  v.begin("NodeClaim", "What a pod asks of its node.");
  v.field("hardNodeAffinity", c.hard_node_affinity, "Required node affinity.");
  v.field("nodeSelector", c.node_selector, "Labels that the node must have.");
  v.field("tolerations", c.tolerations, "Taints of nodes that it puts up with.");
}

}  // namespace firedrill::api
