#include "analysis/diff/event_facts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/run_state.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using Nature = EventField::Nature;

/// Fields that say which object an event is about. Of a taint it is key and effect; the queue of an
/// eviction and what a delivery does tell apart what happens to one object side by side.
constexpr std::array<std::string_view, 11> identities{
    "event", "fault",        "component", "workload", "condition", "taint.key",
    "queue", "taint.effect", "action",    "expect",   "invariant"};

/// Fields without which an event is named well enough.
constexpr std::array<std::string_view, 3> names_left_out{"workload", "cluster", "event"};

/// The longest text of a field that is shown whole.
constexpr std::size_t text_max = 100;

template <class T>
constexpr Nature nature_of_type() {
  using B = timeline::Bare<T>;
  if constexpr (std::is_same_v<B, timeline::Instant>) {
    return Nature::instant;
  } else if constexpr (std::is_same_v<B, timeline::Span>) {
    return Nature::span;
  } else if constexpr (std::is_same_v<B, api::StoredTime>) {
    return Nature::civil;
  } else if constexpr (std::is_same_v<B, timeline::Decision> ||
                       std::is_same_v<B, api::ResourceSummary>) {
    return Nature::bulky;
  } else {
    return Nature::plain;
  }
}

Nature nature_of(std::string_view name, Nature by_type) {
  if (name == "cluster") return Nature::cluster;
  return std::ranges::count(identities, name) != 0 ? Nature::identity : by_type;
}

template <class T>
std::int64_t number_of(const T& value) {
  if constexpr (api::OptionalMember<T>) {
    return number_of(*value);
  } else if constexpr (std::is_same_v<T, timeline::Instant>) {
    return sim::to_nanoseconds(value.time);
  } else if constexpr (std::is_same_v<T, timeline::Span>) {
    return value.length.count();
  } else if constexpr (std::is_same_v<T, api::StoredTime>) {
    return value.unix_seconds();
  } else {
    return 0;
  }
}

/// Visits the fields that have something to say; calls `use(name, nature, value)`.
template <class Use>
class FieldWalk {
 public:
  explicit FieldWalk(Use& use, std::string prefix = {}) : use_(use), prefix_(std::move(prefix)) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view doc, const C&...) {
    if (timeline::detail::has_text(member)) required(key, member, doc);
  }

  template <class T, class... C>
  void required(std::string_view key, T& member, std::string_view, const C&...) {
    if constexpr (std::is_same_v<T, api::Taint> || std::is_same_v<T, timeline::EvictionTask>) {
      FieldWalk inner(use_, std::string(key) + ".");
      describe(inner, member);
    } else if (prefix_.empty()) {
      use_(key, nature_of(key, nature_of_type<T>()), member);
    } else {
      const std::string name = prefix_ + std::string(key);
      use_(std::string_view(name), nature_of(name, nature_of_type<T>()), member);
    }
  }

  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  Use& use_;
  std::string prefix_;
};

template <class Use>
void walk(const timeline::Payload& payload, Use use) {
  std::visit(
      [&](const auto& event) {
        FieldWalk<Use> visitor(use);
        // Descriptions take their value mutable, for a reader's sake. This visitor only looks.
        using Event = std::remove_cvref_t<decltype(event)>;
        describe(visitor,
                 const_cast<Event&>(event));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
      },
      payload);
}

/// FNV-1a, and a finish that lets every bit of the text reach every bit of the sum.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text)
      add_byte(static_cast<unsigned char>(c));
    add_byte(0xFF);  // no byte of UTF-8: "ab","c" is not "a","bc"
  }
  void add(std::uint64_t number) { add_byte(number); }

  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t sum = sum_;
    sum ^= sum >> 32U;
    sum *= 0xD6E8FEB86659FD93U;
    return sum ^ (sum >> 32U);
  }

 private:
  void add_byte(std::uint64_t byte) { sum_ = (sum_ ^ byte) * 0x100000001B3U; }
  std::uint64_t sum_ = 0xCBF29CE484222325U;
};

std::uint64_t joined(std::uint64_t a, std::uint64_t b) {
  Hash hash;
  for (const std::uint64_t part : {a, b}) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      hash.add((part >> shift) & 0xFFU);
  }
  return hash.sum();
}

/// Replicas by cluster as people write them; anything else as in the timeline, strings bare.
template <class T>
std::string text_of(const T& value) {
  if constexpr (api::TextMember<T>) {
    return value;
  } else if constexpr (api::OptionalMember<T>) {
    return text_of(*value);
  } else if constexpr (std::is_same_v<T, api::StoredTime>) {
    return api::format_rfc3339(value);
  } else if constexpr (std::is_same_v<T, timeline::ReplicasByCluster>) {
    std::string text;
    for (const auto& [cluster, replicas] : value)
      text += fmt::format("{}{}:{}", text.empty() ? "" : " ", cluster, replicas);
    return text.empty() ? "none" : text;
  } else if constexpr (nature_of_type<T>() == Nature::instant ||
                       nature_of_type<T>() == Nature::span) {
    return api::format_duration(sim::Duration{number_of(value)});
  } else {
    std::string text;
    timeline::append_value(text, value);
    return text;
  }
}

/// "Timeout" for a text of bearable length.
std::string shown(const EventField& field) {
  if (field.text.empty()) return "nothing";
  if (field.text.size() <= text_max) return field.text;
  // Cut between characters, not within one.
  std::size_t end = text_max;
  while (end > 0 && (static_cast<unsigned char>(field.text[end]) & 0xC0U) == 0x80U)
    --end;
  return field.text.substr(0, end) + "…";
}

std::int64_t floor_seconds(sim::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

bool within(std::int64_t a, std::int64_t b, std::int64_t tolerance) {
  return std::abs(a - b) <= tolerance;
}

/// Whether two values of a field count as equal.
bool agree(const EventField& left,
           const EventField& right,
           sim::Time left_time,
           sim::Time right_time,
           const TimeAllowance& allowance) {
  if (left.nature == Nature::cluster) return true;  // has words of its own
  const std::int64_t tolerance = allowance.tolerance.count();
  if (left.nature == Nature::span) return within(left.number, right.number, tolerance);
  if (left.nature == Nature::instant) {
    return within(left.number, right.number, tolerance) ||
           within(left.number - sim::to_nanoseconds(left_time),
                  right.number - sim::to_nanoseconds(right_time), tolerance);
  }
  if (left.nature == Nature::civil) {
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t seconds = (tolerance + second - 1) / second;
    const std::int64_t number = right.number - allowance.civil_seconds;
    return within(left.number, number, seconds) ||
           within(left.number - floor_seconds(left_time), number - floor_seconds(right_time),
                  seconds);
  }
  return left.text == right.text;
}

const EventField* find(const std::vector<EventField>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &EventField::name);
  return found == fields.end() ? nullptr : &*found;
}

/// Calls `use(left, right)` for each field of either; null where one has nothing to say.
template <class Use>
void pair_fields(const timeline::Payload& left, const timeline::Payload& right, Use use) {
  const std::vector<EventField> lefts = fields_of(left);
  const std::vector<EventField> rights = fields_of(right);
  for (const EventField& field : lefts)
    use(&field, find(rights, field.name));
  for (const EventField& field : rights) {
    if (find(lefts, field.name) == nullptr) use(nullptr, &field);
  }
}

}  // namespace

EventFacts facts_of(const timeline::Payload& payload) {
  Hash object;
  Hash rest;
  std::string text;
  std::string_view cluster;
  object.add(payload.index());
  walk(payload, [&](std::string_view name, Nature nature, const auto& value) {
    if (nature == Nature::instant || nature == Nature::civil) return;
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>) {
      if (nature == Nature::cluster) {
        cluster = value;
        return;
      }
      Hash& hash = nature == Nature::identity ? object : rest;
      hash.add(name);
      hash.add(value);
    } else {
      text.clear();
      timeline::append_value(text, value);
      rest.add(name);
      rest.add(text);
    }
  });
  EventFacts facts;
  facts.object = object.sum();
  object.add(cluster);
  facts.key = object.sum();
  facts.content = joined(facts.key, rest.sum());
  facts.body = joined(facts.object, rest.sum());
  return facts;
}

std::vector<EventField> fields_of(const timeline::Payload& payload) {
  std::vector<EventField> fields;
  walk(payload, [&](std::string_view name, Nature nature, const auto& value) {
    fields.push_back({std::string(name), nature, text_of(value), number_of(value)});
  });
  return fields;
}

bool same_instants(const timeline::TimelineEvent& left,
                   const timeline::TimelineEvent& right,
                   const TimeAllowance& allowance) {
  bool same = true;
  pair_fields(left.payload, right.payload, [&](const EventField* a, const EventField* b) {
    const Nature nature = a != nullptr ? a->nature : b->nature;
    if (nature != Nature::instant && nature != Nature::civil) return;
    same = same && a != nullptr && b != nullptr && agree(*a, *b, left.time, right.time, allowance);
  });
  return same;
}

std::string event_name(const timeline::Payload& payload) {
  const std::string* workload = workload_of(payload);
  const std::string* cluster = cluster_of(payload);
  std::string name(timeline::kind_name(payload));
  if (workload != nullptr && !workload->empty()) name += " of " + *workload;
  if (cluster != nullptr && !cluster->empty())
    name += (workload != nullptr ? " in " : " on ") + *cluster;
  std::string details;
  for (const EventField& field : fields_of(payload)) {
    if (field.nature != Nature::identity || std::ranges::count(names_left_out, field.name) != 0)
      continue;
    const bool effect = field.name == "taint.effect";
    details += (details.empty() ? "" : effect ? ":" : " ") + field.text;
  }
  if (const auto* event = std::get_if<timeline::ScenarioEvent>(&payload))
    details = event->type + " " + event->event;
  if (const auto* condition = std::get_if<timeline::ClusterConditionChanged>(&payload))
    details += "=" + condition->status;
  return details.empty() ? name : name + " (" + details + ")";
}

std::string field_differences(const timeline::TimelineEvent& left,
                              const timeline::TimelineEvent& right,
                              const TimeAllowance& allowance) {
  static const EventField nothing;
  std::string text;
  pair_fields(left.payload, right.payload, [&](const EventField* a, const EventField* b) {
    if (a != nullptr && b != nullptr && agree(*a, *b, left.time, right.time, allowance)) return;
    const EventField& field = a != nullptr ? *a : *b;
    if (!text.empty()) text += ", ";
    if (field.nature == Nature::bulky) {
      text += fmt::format("another {}", field.name);
      return;
    }
    text += fmt::format("{} {} instead of {}", field.name, shown(b != nullptr ? *b : nothing),
                        shown(a != nullptr ? *a : nothing));
  });
  return text;
}

std::string rounded_duration(sim::Duration duration) {
  using namespace std::chrono_literals;
  if (duration < 0ns) return "-" + rounded_duration(-duration);
  const std::int64_t count = duration.count();
  const auto decimal = [count](std::int64_t unit, int places, std::string_view name) {
    std::int64_t step = unit;
    for (int i = 0; i < places; ++i)
      step /= 10;
    const std::int64_t steps = (count + step / 2) / step;
    const std::int64_t per_unit = unit / step;
    if (places == 0) return fmt::format("{} {}", steps, name);
    return fmt::format("{}.{:0{}} {}", steps / per_unit, steps % per_unit, places, name);
  };
  if (duration == 0ns) return "0 s";
  if (duration < 1us) return decimal(1, 0, "ns");
  if (duration < 999'500ns) return decimal(1'000, 0, "µs");
  if (duration < 999'500us) return decimal(1'000'000, 0, "ms");
  if (duration < 9'995ms) return decimal(1'000'000'000, 2, "s");
  if (duration < 59'950ms) return decimal(1'000'000'000, 1, "s");
  const std::int64_t seconds = (count + 500'000'000) / 1'000'000'000;
  if (seconds < 3'600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  const std::int64_t minutes = (seconds + 30) / 60;
  return fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
}

}  // namespace firedrill::analysis
