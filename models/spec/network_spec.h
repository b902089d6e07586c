#pragma once

/// The network of a scenario: sites, and the links between them.

#include <string>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/time.h"

namespace firedrill::models {

/// Where the control plane is when the scenario has no network.
inline constexpr const char* default_control_plane_site = "control-plane";

struct LinkSpec {
  std::string from;
  std::string to;
  api::Duration latency{};
  double loss = 0;  ///< Share of the messages that get lost.
  bool one_way = false;

  friend bool operator==(const LinkSpec&, const LinkSpec&) = default;
};

/// Latencies are at most this, so that no sum of them overflows.
inline constexpr double longest_link_seconds = 3600;

template <class V>
void describe(V& v, LinkSpec& l) {
  v.begin("Link", "A link between two sites.");
  v.required("from", l.from, "Site at one end.");
  v.required("to", l.to, "Site at the other end.");
  v.field("latency", l.latency, "How long a message takes over it.", api::AtLeast{0},
          api::AtMost{longest_link_seconds});
  v.field("loss", l.loss, "Share of the messages that get lost on it.", api::AtLeast{0},
          api::AtMost{1});
  v.field("oneWay", l.one_way, "It carries from `from` to `to` only.");
}

struct NetworkSpec {
  std::vector<std::string> sites;
  std::string control_plane_site;
  std::vector<LinkSpec> links;

  friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

template <class V>
void describe(V& v, NetworkSpec& n) {
  v.begin("Network",
          "Sites and the links between them. Messages take the way of least latency that is up. "
          "Without a network the control plane has a link of its own to each cluster.");
  v.required("sites", n.sites, "Names of the sites.", api::NotEmpty{}, api::DnsLabel{});
  v.required("controlPlaneSite", n.control_plane_site, "Where the control plane is.");
  v.field("links", n.links, "Links between sites.");
}

}  // namespace firedrill::models
