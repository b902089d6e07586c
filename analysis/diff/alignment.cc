#include "analysis/diff/alignment.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <variant>

#include "analysis/run_state.h"

namespace firedrill::analysis {
namespace {

using timeline::TimelineEvent;

struct Entry {
  TimelineEvent event;
  EventFacts facts;
};

/// The events of one side that wait for a partner, in their order; numbered as they come.
class Waiting {
 public:
  using Number = std::uint64_t;
  using Index = std::set<std::pair<std::uint64_t, Number>>;

  void add(const TimelineEvent& event, const EventFacts& facts) {
    entries_.emplace_hint(entries_.end(), next_, Entry{event, facts});
    contents.emplace(facts.content, next_);
    keys.emplace(facts.key, next_);
    bodies.emplace(facts.body, next_);
    objects.emplace(facts.object, next_);
    ++next_;
  }

  Entry take(Number number) {
    const auto found = entries_.find(number);
    Entry entry = std::move(found->second);
    entries_.erase(found);
    contents.erase({entry.facts.content, number});
    keys.erase({entry.facts.key, number});
    bodies.erase({entry.facts.body, number});
    objects.erase({entry.facts.object, number});
    return entry;
  }

  /// The oldest entry of that hash among the numbers `from` … `to` - 1.
  static std::optional<Number> oldest(const Index& index,
                                      std::uint64_t hash,
                                      Number from = 0,
                                      Number to = std::numeric_limits<Number>::max()) {
    const auto found = index.lower_bound({hash, from});
    if (found == index.end() || found->first != hash || found->second >= to) return std::nullopt;
    return found->second;
  }

  /// The first number not below that one; nothing if there is none.
  [[nodiscard]] std::optional<Number> at_or_after(Number number) const {
    const auto found = entries_.lower_bound(number);
    return found == entries_.end() ? std::nullopt : std::optional(found->first);
  }
  [[nodiscard]] const Entry& entry(Number number) const { return entries_.at(number); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Entry* first() const {
    return entries_.empty() ? nullptr : &entries_.begin()->second;
  }
  [[nodiscard]] Number first_number() const { return entries_.begin()->first; }

  /// Events of the present instant have numbers from here.
  Number fresh = 0;
  void begin_instant() { fresh = next_; }

  Index contents;
  Index keys;
  Index bodies;
  Index objects;

 private:
  std::map<Number, Entry> entries_;
  Number next_ = 0;
};

/// A pair of equal events of one instant.
struct Matched {
  TimelineEvent left;
  std::uint64_t right_seq = 0;
  std::uint64_t right_cause = 0;
};

/// Which of the numbers don't belong to their longest increasing subsequence.
std::vector<std::size_t> out_of_order(const std::vector<std::uint64_t>& numbers) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> tails;  // by length - 1: where such a sequence of least end ends
  std::vector<std::size_t> before(numbers.size(), none);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto place = std::ranges::lower_bound(tails, numbers[i], {},
                                                [&](std::size_t at) { return numbers[at]; });
    if (place != tails.begin()) before[i] = *std::prev(place);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<bool> kept(numbers.size());
  for (std::size_t at = tails.empty() ? none : tails.back(); at != none; at = before[at])
    kept[at] = true;
  std::vector<std::size_t> moved;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!kept[i]) moved.push_back(i);
  }
  return moved;
}

/// Replicas by cluster that an event assigns; null if it is about one cluster or none.
const timeline::ReplicasByCluster* assignment_in(const timeline::Payload& payload) {
  return std::visit(
      [](const auto& event) -> const timeline::ReplicasByCluster* {
        using Event = std::remove_cvref_t<decltype(event)>;
        if constexpr (std::is_same_v<Event, timeline::BindingScheduled>) {
          return &event.clusters;
        } else {
          return nullptr;
        }
      },
      payload);
}

bool other_clusters(const timeline::Payload& left, const timeline::Payload& right) {
  const auto* a = assignment_in(left);
  const auto* b = assignment_in(right);
  return a != nullptr && b != nullptr &&
         !std::ranges::equal(*a, *b,
                             [](const auto& x, const auto& y) { return x.first == y.first; });
}

DifferencePlace place_of(const TimelineEvent& event, bool right) {
  return {event.time, event.seq, right};
}

DifferencePlace place_of(const Difference& difference) {
  const bool right =
      !difference.left || (difference.right && difference.right->time < difference.left->time);
  return place_of(right ? *difference.right : *difference.left, right);
}

}  // namespace

struct Alignment::Sides {
  explicit Sides(AlignmentOptions wanted) : options(wanted) {}

  void record(DifferenceKind kind,
              std::optional<TimelineEvent> left,
              std::optional<TimelineEvent> right);
  void pair(Entry left, Entry right);
  void pair(Waiting::Number left, Waiting::Number right) {
    pair(waiting[0].take(left), waiting[1].take(right));
  }
  void alone(Entry entry, bool right);
  void hurry(std::size_t side);
  void pair_with_older(std::size_t side);
  template <class Find>
  void pair_fresh(Find find);
  template <class Find>
  void pair_all(Find find);
  void judge_order();

  AlignmentOptions options;
  AlignmentResult result;
  std::array<Waiting, 2> waiting;
  std::vector<Matched> matched;  // in this instant, not as they stand
  bool parted = false;           // an event came that isn't the other's at the same place
};

void Alignment::Sides::record(DifferenceKind kind,
                              std::optional<TimelineEvent> left,
                              std::optional<TimelineEvent> right) {
  Difference difference;
  difference.kind = kind;
  ++result.differing;
  const timeline::Payload& payload = left ? left->payload : right->payload;
  DifferenceGroup& group = result.groups[{timeline::kind_name(payload), kind}];
  ++group.count;
  if (left && right) {
    const sim::Duration shift = std::chrono::abs(right->time - left->time);
    if (!group.shift) group.shift.emplace(shift, shift);
    group.shift->first = std::min(group.shift->first, shift);
    group.shift->second = std::max(group.shift->second, shift);
  }
  difference.left = std::move(left);
  difference.right = std::move(right);
  const DifferencePlace place = place_of(difference);
  if (result.first.size() >= std::max<std::size_t>(options.kept_max, 1)) {
    const auto last = std::prev(result.first.end());
    if (last->first < place) return;
    result.first.erase(last);
  }
  result.first.emplace(place, std::move(difference));
}

void Alignment::Sides::pair(Entry left, Entry right) {
  const sim::Duration tolerance = options.allowance.tolerance;
  const sim::Duration shift = right.event.time - left.event.time;
  const bool in_time = std::chrono::abs(shift) <= tolerance;
  if (left.facts.key != right.facts.key) {
    record(DifferenceKind::other_cluster, std::move(left.event), std::move(right.event));
    return;
  }
  const bool same_content =
      left.facts.content == right.facts.content
          ? same_instants(left.event, right.event, options.allowance)
          : tolerance > sim::Duration::zero() &&
                field_differences(left.event, right.event, options.allowance).empty();
  if (in_time && same_content) {
    ++result.equal;
    return;
  }
  DifferenceKind kind =
      shift > sim::Duration::zero() ? DifferenceKind::later : DifferenceKind::earlier;
  if (in_time) kind = DifferenceKind::other_fields;
  if (!same_content && other_clusters(left.event.payload, right.event.payload))
    kind = DifferenceKind::other_cluster;
  record(kind, std::move(left.event), std::move(right.event));
}

void Alignment::Sides::alone(Entry entry, bool right) {
  if (right) {
    record(DifferenceKind::extra, std::nullopt, std::move(entry.event));
  } else {
    record(DifferenceKind::missing, std::move(entry.event), std::nullopt);
  }
}

/// Decides the oldest event that waits on that side.
void Alignment::Sides::hurry(std::size_t side) {
  ++result.hurried;
  Waiting& mine = waiting.at(side);
  Waiting& others = waiting.at(1 - side);
  const Waiting::Number number = mine.first_number();
  const EventFacts facts = mine.entry(number).facts;
  std::optional<Waiting::Number> partner = Waiting::oldest(others.keys, facts.key);
  if (!partner && workload_of(mine.entry(number).event.payload) != nullptr)
    partner = Waiting::oldest(others.objects, facts.object);
  if (!partner) {
    alone(mine.take(number), side == 1);
  } else if (side == 0) {
    pair(number, *partner);
  } else {
    pair(*partner, number);
  }
}

/// Events of this instant with the other side's of earlier ones.
void Alignment::Sides::pair_with_older(std::size_t side) {
  Waiting& mine = waiting.at(side);
  const Waiting& others = waiting.at(1 - side);
  for (auto number = mine.at_or_after(mine.fresh); number; number = mine.at_or_after(*number + 1)) {
    const auto partner =
        Waiting::oldest(others.contents, mine.entry(*number).facts.content, 0, others.fresh);
    if (!partner) continue;
    if (side == 0) {
      pair(*number, *partner);
    } else {
      pair(*partner, *number);
    }
  }
}

/// Events of this instant with the other side's of it.
template <class Find>
void Alignment::Sides::pair_fresh(Find find) {
  Waiting& left = waiting[0];
  for (auto number = left.at_or_after(left.fresh); number; number = left.at_or_after(*number + 1)) {
    const auto partner = find(left.entry(*number), waiting[1]);
    if (partner) pair(*number, *partner);
  }
}

/// Whatever waits.
template <class Find>
void Alignment::Sides::pair_all(Find find) {
  Waiting& left = waiting[0];
  for (auto number = left.at_or_after(0); number; number = left.at_or_after(*number + 1)) {
    const auto partner = find(left.entry(*number), waiting[1]);
    if (partner) pair(*number, *partner);
  }
}

/// Whether the equal events of this instant stand in one order.
void Alignment::Sides::judge_order() {
  if (matched.size() > 1 && options.allowance.tolerance == sim::Duration::zero()) {
    std::ranges::sort(matched, {}, [](const Matched& pair) { return pair.left.seq; });
    std::vector<std::uint64_t> numbers;
    numbers.reserve(matched.size());
    for (const Matched& pair : matched)
      numbers.push_back(pair.right_seq);
    for (const std::size_t moved : out_of_order(numbers)) {
      TimelineEvent right = matched[moved].left;
      right.seq = matched[moved].right_seq;
      right.cause = matched[moved].right_cause;
      --result.equal;
      record(DifferenceKind::order, std::move(matched[moved].left), std::move(right));
    }
  }
  matched.clear();
}

Alignment::Alignment(AlignmentOptions options) : sides_(std::make_unique<Sides>(options)) {}
Alignment::~Alignment() = default;

void Alignment::same(const TimelineEvent& left, const TimelineEvent& right) {
  ++sides_->result.left_events;
  ++sides_->result.right_events;
  // As long as all was equal, a number means the same event on both sides.
  if (!sides_->parted && left.seq == right.seq && left.cause != right.cause) {
    sides_->record(DifferenceKind::cause, left, right);
  } else {
    ++sides_->result.equal;
  }
}

void Alignment::add(bool right, const TimelineEvent& event) {
  Sides& sides = *sides_;
  sides.parted = true;
  ++(right ? sides.result.right_events : sides.result.left_events);
  const EventFacts facts = facts_of(event.payload);
  Waiting& mine = sides.waiting.at(right ? 1 : 0);
  Waiting& others = sides.waiting.at(right ? 0 : 1);
  const auto partner = Waiting::oldest(others.contents, facts.content, others.fresh);
  if (partner && others.entry(*partner).event.payload == event.payload) {
    const Entry other = others.take(*partner);
    ++sides.result.equal;
    if (sides.matched.size() < sides.options.waiting_max) {
      const TimelineEvent& left_event = right ? other.event : event;
      const TimelineEvent& right_event = right ? event : other.event;
      sides.matched.push_back({left_event, right_event.seq, right_event.cause});
    }
    return;
  }
  mine.add(event, facts);
  if (mine.size() > std::max<std::size_t>(sides.options.waiting_max, 1)) sides.hurry(right ? 1 : 0);
}

void Alignment::end_instant() {
  Sides& sides = *sides_;
  if (!sides.parted) return;
  sides.pair_with_older(0);
  sides.pair_with_older(1);
  const auto among_fresh = [](Waiting::Index Waiting::*index, std::uint64_t EventFacts::*hash) {
    return [index, hash](const Entry& entry, const Waiting& others) {
      return Waiting::oldest(others.*index, entry.facts.*hash, others.fresh);
    };
  };
  sides.pair_fresh(among_fresh(&Waiting::contents, &EventFacts::content));
  sides.pair_fresh(among_fresh(&Waiting::keys, &EventFacts::key));
  sides.pair_fresh(among_fresh(&Waiting::bodies, &EventFacts::body));
  sides.judge_order();
  for (Waiting& waiting : sides.waiting)
    waiting.begin_instant();
}

bool Alignment::first_decided() const {
  const AlignmentResult& result = sides_->result;
  if (result.first.empty()) return false;
  const DifferencePlace& first = result.first.begin()->first;
  const Entry* left = sides_->waiting[0].first();
  const Entry* right = sides_->waiting[1].first();
  return (left == nullptr || first < place_of(left->event, false)) &&
         (right == nullptr || first < place_of(right->event, true));
}

AlignmentResult Alignment::finish() {
  Sides& sides = *sides_;
  sides.pair_all([](const Entry& entry, const Waiting& others) {
    return Waiting::oldest(others.keys, entry.facts.key);
  });
  sides.pair_all([](const Entry& entry, const Waiting& others) {
    return workload_of(entry.event.payload) == nullptr
               ? std::nullopt
               : Waiting::oldest(others.objects, entry.facts.object);
  });
  for (const bool right : {false, true}) {
    Waiting& waiting = sides.waiting.at(right ? 1 : 0);
    while (waiting.size() != 0)
      sides.alone(waiting.take(waiting.first_number()), right);
  }
  for (auto& [place, difference] : sides.result.first)
    difference.words = difference_words(difference, sides.options.allowance);
  return std::move(sides.result);
}

}  // namespace firedrill::analysis
