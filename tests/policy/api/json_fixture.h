#pragma once

/// Types that use every feature of descriptions once, for the tests of reader, writer and schema.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/quantity.h"
#include "policy/api/result.h"
#include "policy/api/time.h"

namespace json_fixture {

namespace api = firedrill::api;

enum class Mode { push, pull };

template <class V>
void describe_values(V& v, Mode&) {
  v.begin("Mode", "Who reaches out.");
  v.value("Push", Mode::push, "The control plane.");
  v.value("Pull", Mode::pull, "An agent.");
}

struct Outage {
  std::string cluster;
  std::int32_t severity = 1;
  friend bool operator==(const Outage&, const Outage&) = default;
};

template <class V>
void describe(V& v, Outage& o) {
  v.begin("Outage", "A cluster is gone.");
  v.required("cluster", o.cluster, "Which one.", api::DnsLabel{});
  v.field("severity", o.severity, "How bad.", api::AtLeast{1}, api::AtMost{5});
}

/// A bare duration, or an object.
struct Delay {
  std::string distribution = "constant";
  api::Duration mean{};
  friend bool operator==(const Delay&, const Delay&) = default;
};

template <class V>
void describe(V& v, Delay& d) {
  v.begin("Delay", "How long something takes.");
  v.field("distribution", d.distribution, "Its shape.", api::OneOf{"constant", "exponential"});
  v.required("mean", d.mean, "Its mean.", api::AtLeast{0});
}

template <class V>
void describe_forms(V& v, Delay& d) {
  v.begin("Delay", "How long something takes.");
  v.form(
      api::Form<api::Duration>{"A constant."},
      [](api::Duration mean) -> api::Result<Delay> {
        return Delay{"constant", mean};
      },
      [](const Delay& delay) -> std::optional<api::Duration> {
        if (delay.distribution != "constant") return std::nullopt;
        return delay.mean;
      });
  v.object_form(d, "Any distribution.");
}

/// A text, or a list of them.
struct Selector {
  std::vector<std::string> names;
  friend bool operator==(const Selector&, const Selector&) = default;
};

template <class V>
void describe_forms(V& v, Selector&) {
  v.begin("Selector", "Which clusters.");
  v.form(
      api::Form<std::string>{"A name; \"all\" is refused."},
      [](std::string name) -> api::Result<Selector> {
        if (name == "all") return api::Problem{"\"all\" is too many"};
        return Selector{{std::move(name)}};
      },
      [](const Selector& selector) -> std::optional<std::string> {
        if (selector.names.size() != 1) return std::nullopt;
        return selector.names.front();
      });
  v.form(
      api::Form<std::vector<std::string>>{"Names."},
      [](std::vector<std::string> names) -> api::Result<Selector> {
        return Selector{std::move(names)};
      },
      [](const Selector& selector) -> std::optional<std::vector<std::string>> {
        return selector.names;
      });
}

/// Contains itself.
struct Tree {
  std::string name;
  std::vector<Tree> children;
  friend bool operator==(const Tree&, const Tree&) = default;
};

template <class V>
void describe(V& v, Tree& t) {
  v.begin("Tree", "Names below names.");
  v.field("name", t.name, "Its name.");
  v.field("children", t.children, "Those below.");
}

using Names = std::map<std::string, std::string, std::less<>>;
using Resources = std::map<std::string, api::Quantity, std::less<>>;

struct Everything {
  std::string text = "usual";
  bool flag = false;
  std::int32_t small = 0;
  std::int64_t large = 0;
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;
  double share = 0.5;
  Mode mode = Mode::push;
  api::Duration period = std::chrono::seconds(10);
  std::optional<api::StoredTime> stored;
  std::optional<api::Timestamp> seen;
  std::optional<std::int64_t> maybe;
  std::vector<std::string> zones = {"eu-1"};
  Names labels;
  Resources requests;
  Delay startup;
  Selector clusters;
  api::Json anything;
  std::shared_ptr<const Outage> shared;
  std::optional<Tree> tree;
  std::variant<Outage, std::string> what;
  std::optional<std::variant<std::string, std::int64_t>> how;

  friend bool operator==(const Everything& a, const Everything& b) {
    const bool same_shared = (a.shared == nullptr) == (b.shared == nullptr) &&
                             (a.shared == nullptr || *a.shared == *b.shared);
    return a.text == b.text && a.flag == b.flag && a.small == b.small && a.large == b.large &&
           a.count == b.count && a.bytes == b.bytes && a.share == b.share && a.mode == b.mode &&
           a.period == b.period && a.stored == b.stored && a.seen == b.seen && a.maybe == b.maybe &&
           a.zones == b.zones && a.labels == b.labels && a.requests == b.requests &&
           a.startup == b.startup && a.clusters == b.clusters && a.anything == b.anything &&
           same_shared && a.tree == b.tree && a.what == b.what && a.how == b.how;
  }
};

template <class V>
void describe(V& v, Everything& e) {
  v.begin("Everything", "One field of each kind.");
  v.field("text", e.text, "A text.", api::NotEmpty{});
  v.field("flag", e.flag, "A switch.");
  v.field("small", e.small, "32 bits.", api::AtLeast{-10});
  v.field("large", e.large, "64 bits.");
  v.field("count", e.count, "32 bits, no sign.");
  v.field("bytes", e.bytes, "64 bits, no sign.");
  v.field("share", e.share, "A share.", api::AtLeast{0}, api::Below{1});
  v.field("mode", e.mode, "An enum.");
  v.field("period", e.period, "A duration.", api::Above{0});
  v.field("stored", e.stored, "Whole seconds.");
  v.field("seen", e.seen, "Nanoseconds.");
  v.field("maybe", e.maybe, "May be absent.", api::DefaultText{"derived from the seed"});
  v.field("zones", e.zones, "A list.");
  v.field("labels", e.labels, "A map.");
  v.field("requests", e.requests, "Quantities.", api::AtLeast{0});
  v.field("startup", e.startup, "Forms, one an object.", api::AtLeast{0});
  v.field("clusters", e.clusters, "Forms.");
  v.field("anything", e.anything, "Any JSON.");
  v.field("shared", e.shared, "A shared struct.");
  v.field("tree", e.tree, "A recursive struct.");
  v.choice(e.what, api::Alternative<Outage>{"outage", "A fault."},
           api::Alternative<std::string>{"end", "Ends the fault of that id."});
  v.choice(e.how, api::Alternative<std::string>{"script", "By a script."},
           api::Alternative<std::int64_t>{"steps", "By steps."});
  v.check("large", e.large >= e.small, "large is less than small", "give at least what small is");
}

}  // namespace json_fixture
