#include "analysis/expect/checks.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/expect/state_check.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using Check = Expectations::Check;
using Moment = Expectations::Moment;
using timeline::TimelineEvent;

std::string clock_text(sim::Time time) {
  return api::format_duration(time.time_since_epoch());
}

std::string line_of(const TimelineEvent& event) {
  std::string line;
  timeline::append_line(line, event);
  return line;
}

sim::Time begin_of(const Window& window) {
  return sim::start_time + window.after.value_or(api::Duration{});
}

sim::Time end_of(const Window& window) {
  return window.before ? sim::start_time + *window.before : sim::latest_time;
}

std::string render(const Window& window) {
  std::string text;
  if (window.after) text += " from " + api::format_duration(*window.after);
  if (window.before) text += " until " + api::format_duration(*window.before);
  return text;
}

std::string render(const Threshold& threshold) {
  if (threshold.is_duration) return api::format_duration(sim::from_seconds(threshold.number));
  std::string text;
  timeline::append_double(text, threshold.number);
  return text;
}

/// A name that means one thing; of a glob "".
std::string name_or_nothing(const std::string& glob) {
  return glob.find_first_of("*?") == std::string::npos ? glob : std::string();
}

/// Whom the selector is about, where it says so.
Evidence subject_of(const timeline::Selector& selector) {
  const nlohmann::json& fields = selector.json().document();
  const auto text = [&](const char* key) {
    const auto found = fields.find(key);
    return found != fields.end() && found->is_string() ? name_or_nothing(found->get<std::string>())
                                                       : std::string();
  };
  return {.workload = text("workload"), .cluster = text("cluster")};
}

class MetricCheck final : public Check {
 public:
  explicit MetricCheck(const Expectation& wish) : wish_(wish) {}

  void finish(sim::Time, const MetricTable& metrics, const RunState&, Verdict& verdict) override {
    const Metric* metric = find_metric(wish_.metric);
    if (metric == nullptr) {
      fail(verdict, wish(), "there is no such metric");
      return;
    }
    const auto amount = evaluate(wish_.metric, metrics, narrowing());
    if (!amount) {
      fail(verdict, wish(), "it has no value in this run", evidence());
    } else if (holds(to_double(metric->unit, *amount))) {
      pass(verdict);
    } else {
      fail(verdict, wish(),
           fmt::format("{} {}", format_amount(metric->unit, *amount), to_string(metric->unit)),
           evidence());
    }
  }

 private:
  [[nodiscard]] Evidence evidence() const {
    return {.workload = name_or_nothing(wish_.workload), .cluster = name_or_nothing(wish_.cluster)};
  }
  [[nodiscard]] Narrowing narrowing() const {
    Narrowing narrowing{.workload = wish_.workload, .cluster = wish_.cluster, .priority = {}};
    if (wish_.where && wish_.where->priority) {
      narrowing.priority = [range = *wish_.where->priority](std::int32_t priority) {
        return range.contains(priority);
      };
    }
    return narrowing;
  }
  [[nodiscard]] bool holds(double value) const {
    if (wish_.below) return value < wish_.below->number;
    if (wish_.above) return value > wish_.above->number;
    if (wish_.equals) return value == wish_.equals->number;
    return value >= wish_.between.at(0).number && value <= wish_.between.at(1).number;
  }
  [[nodiscard]] std::string wish() const {
    std::string text = wish_.metric;
    if (!wish_.workload.empty()) text += " of " + wish_.workload;
    if (!wish_.cluster.empty()) text += " of " + wish_.cluster;
    if (wish_.where && wish_.where->priority)
      text += " of priority " + to_string(*wish_.where->priority);
    if (wish_.below) return text + " below " + render(*wish_.below);
    if (wish_.above) return text + " above " + render(*wish_.above);
    if (wish_.equals) return text + " equal to " + render(*wish_.equals);
    return text + " between " + render(wish_.between.at(0)) + " and " + render(wish_.between.at(1));
  }

  const Expectation& wish_;
};

class EventCheck final : public Check {
 public:
  explicit EventCheck(const Expectation& wish)
      : wish_(wish),
        window_(wish.within.value_or(Window{})),
        count_(wish.count.value_or(timeline::Range{.at_least = 1, .at_most = {}})) {}

  void event(const TimelineEvent& event, Verdict& verdict) override {
    if (!wish_.event->matches(event.payload)) return;
    if (event.time < begin_of(window_) || event.time > end_of(window_)) {
      if (!outside_) outside_seq_ = event.seq;
      if (!outside_) outside_ = event.time;
      return;
    }
    ++seen_;
    last_seq_ = event.seq;
    if (count_.at_most && static_cast<double>(seen_) > *count_.at_most) decide(verdict);
  }
  void moment(const Moment& moment, Verdict& verdict) override {
    if (window_.before && moment.until > end_of(window_)) decide(verdict);
  }
  void finish(sim::Time, const MetricTable&, const RunState&, Verdict& verdict) override {
    decide(verdict);
  }
  void instants(std::vector<sim::Time>& times) const override {
    if (window_.before) times.push_back(end_of(window_));
  }

 private:
  void decide(Verdict& verdict) const {
    if (count_.contains(static_cast<double>(seen_))) {
      pass(verdict);
      return;
    }
    std::string actual = fmt::format("{} times", seen_);
    if (outside_) actual += ", but first outside of that time at " + clock_text(*outside_);
    fail(verdict,
         fmt::format("{}{}, {} times", wish_.event->text(), render(window_), to_string(count_)),
         std::move(actual), evidence());
  }
  /// One too many; one at the wrong time; or nothing that could be asked but the subject.
  [[nodiscard]] Evidence evidence() const {
    if (count_.at_most && static_cast<double>(seen_) > *count_.at_most) return {.event = last_seq_};
    if (outside_) return {.event = outside_seq_};
    return subject_of(*wish_.event);
  }

  const Expectation& wish_;
  Window window_;
  timeline::Range count_;
  std::int64_t seen_ = 0;
  std::optional<sim::Time> outside_;
  std::uint64_t outside_seq_ = 0;
  std::uint64_t last_seq_ = 0;
};

class NeverCheck final : public Check {
 public:
  explicit NeverCheck(const Expectation& wish) : wish_(wish) {}

  void event(const TimelineEvent& event, Verdict& verdict) override {
    if (!wish_.never->matches(event.payload)) return;
    fail(verdict, "never " + wish_.never->text(), line_of(event), {.event = event.seq});
  }
  void finish(sim::Time, const MetricTable&, const RunState&, Verdict& verdict) override {
    pass(verdict);
  }

 private:
  const Expectation& wish_;
};

class OrderCheck final : public Check {
 public:
  explicit OrderCheck(const Expectation& wish) : wish_(wish) {}

  void event(const TimelineEvent& event, Verdict& verdict) override {
    if (!wish_.order[next_].matches(event.payload)) return;
    last_ = event.time;
    last_seq_ = event.seq;
    if (++next_ == wish_.order.size()) pass(verdict);
  }
  void finish(sim::Time, const MetricTable&, const RunState&, Verdict& verdict) override {
    const std::string missing = wish_.order[next_].text();
    if (next_ == 0) {
      fail(verdict, "first " + missing, "it did not happen", subject_of(wish_.order[next_]));
    } else {
      fail(verdict, fmt::format("after {}, {}", wish_.order[next_ - 1].text(), missing),
           fmt::format("it did not happen after {}", clock_text(last_)), {.event = last_seq_});
    }
  }

 private:
  const Expectation& wish_;
  std::size_t next_ = 0;
  sim::Time last_{};
  std::uint64_t last_seq_ = 0;
};

class InvariantCheck final : public Check {
 public:
  explicit InvariantCheck(const Expectation& wish) : wish_(wish) {}

  void event(const TimelineEvent& event, Verdict& verdict) override {
    const auto* violated = std::get_if<timeline::InvariantViolated>(&event.payload);
    if (violated == nullptr || violated->invariant != wish_.invariant) return;
    fail(verdict, "invariant " + wish_.invariant,
         fmt::format("at {}: {}", clock_text(event.time), violated->message), {.event = event.seq});
  }
  void finish(sim::Time, const MetricTable&, const RunState&, Verdict& verdict) override {
    pass(verdict);
  }

 private:
  const Expectation& wish_;
};

/// The problem of the first workload or cluster that the expectation is about and that isn't as it
/// should be. `concerned` is set if there is any, `evidence` to the one with the problem.
std::optional<std::string> any_problem(const Expectation& wish,
                                       const RunState& state,
                                       bool& concerned,
                                       Evidence& evidence) {
  for (const WorkloadState& workload : state.workloads()) {
    if (!concerns(wish, workload)) continue;
    concerned = true;
    evidence = {.workload = workload.name};
    if (auto problem = state_problem(wish, workload)) return problem;
  }
  for (const ClusterState& cluster : state.clusters()) {
    if (!concerns(wish, cluster)) continue;
    concerned = true;
    evidence = {.cluster = cluster.name};
    if (auto problem = state_problem(wish, cluster, state)) return problem;
  }
  return {};
}

constexpr std::string_view nothing_concerned = "no workload or cluster of that name";

class AtCheck final : public Check {
 public:
  explicit AtCheck(const Expectation& wish) : wish_(wish), at_(sim::start_time + *wish.at) {}

  void moment(const Moment& moment, Verdict& verdict) override {
    if (at_ < moment.from || at_ >= moment.until) return;
    bool concerned = false;
    Evidence evidence;
    if (auto problem = any_problem(wish_, moment.state, concerned, evidence)) {
      fail(verdict, wish(), *std::move(problem), std::move(evidence));
    } else if (!concerned) {
      fail(verdict, wish(), std::string(nothing_concerned));
    } else {
      pass(verdict);
    }
  }
  void finish(sim::Time end, const MetricTable&, const RunState&, Verdict& verdict) override {
    fail(verdict, wish(), "the run ended before, at " + clock_text(end));
  }
  void instants(std::vector<sim::Time>& times) const override { times.push_back(at_); }

 private:
  [[nodiscard]] std::string wish() const {
    return "at " + clock_text(at_) + ": " + describe_wish(wish_);
  }

  const Expectation& wish_;
  sim::Time at_;
};

/// States that last no time don't count. Between the events about it, a state stays as it is.
class AlwaysCheck final : public Check {
 public:
  explicit AlwaysCheck(const Expectation& wish) : wish_(wish), always_(*wish.always) {}

  void moment(const Moment& moment, Verdict& verdict) override {
    const Window& window = always_.window;
    if (moment.from > end_of(window) || moment.until <= begin_of(window)) return;
    const sim::Time now = std::max(moment.from, begin_of(window));
    if (!std::exchange(begun_, true)) {
      for (const WorkloadState& workload : moment.state.workloads())
        look(workload, now, verdict);
      for (const ClusterState& cluster : moment.state.clusters()) {
        look(cluster, now, moment.state, verdict);
      }
      return;
    }
    for (const std::uint32_t i : moment.workloads)
      look(moment.state.workloads()[i], now, verdict);
    for (const std::uint32_t i : moment.clusters) {
      look(moment.state.clusters()[i], now, moment.state, verdict);
    }
  }

  void finish(sim::Time, const MetricTable&, const RunState& state, Verdict& verdict) override {
    bool concerned = false;
    std::optional<std::string> never_held;
    Evidence evidence;
    const auto ask = [&](const auto& subject) {
      if (!concerns(wish_, subject)) return;
      concerned = true;
      const bool held = subject.index < held_.size() && held_[subject.index] != 0;
      if (held || never_held) return;
      never_held = subject.name + ": never";
      set(evidence, subject);
    };
    for (const WorkloadState& workload : state.workloads())
      ask(workload);
    for (const ClusterState& cluster : state.clusters())
      ask(cluster);
    if (!concerned) {
      fail(verdict, wish(), std::string(nothing_concerned));
    } else if (never_held) {
      fail(verdict, wish(), *std::move(never_held), std::move(evidence));
    } else {
      pass(verdict);
    }
  }

  void instants(std::vector<sim::Time>& times) const override {
    times.push_back(begin_of(always_.window));
  }

 private:
  void look(const WorkloadState& workload, sim::Time now, Verdict& verdict) {
    if (verdict.decided || !concerns(wish_, workload)) return;
    judge(workload, state_problem(wish_, workload), now, verdict);
  }
  void look(const ClusterState& cluster, sim::Time now, const RunState& state, Verdict& verdict) {
    if (verdict.decided || !concerns(wish_, cluster)) return;
    judge(cluster, state_problem(wish_, cluster, state), now, verdict);
  }

  static void set(Evidence& evidence, const WorkloadState& workload) {
    evidence.workload = workload.name;
  }
  static void set(Evidence& evidence, const ClusterState& cluster) {
    evidence.cluster = cluster.name;
  }

  template <class Subject>
  void judge(const Subject& subject,
             const std::optional<std::string>& problem,
             sim::Time now,
             Verdict& verdict) {
    const std::uint32_t index = subject.index;
    if (index >= held_.size()) held_.resize(index + std::size_t{1});
    if (!problem) {
      held_[index] = 1;
    } else if (!always_.from_first || held_[index] != 0) {
      Evidence evidence;
      set(evidence, subject);
      fail(verdict, wish(), fmt::format("at {}: {}", clock_text(now), *problem),
           std::move(evidence));
    }
  }

  [[nodiscard]] std::string wish() const {
    return "always" + render(always_.window) + ": " + describe_wish(wish_);
  }

  const Expectation& wish_;
  const Always& always_;
  bool begun_ = false;
  std::vector<char> held_;  // by index of the workload or cluster
};

/// Looks once, when all is over.
class FinalCheck final : public Check {
 public:
  FinalCheck(const Expectation& wish, const EndStates& other) : wish_(wish), other_(other) {}

  void finish(sim::Time, const MetricTable&, const RunState& state, Verdict& verdict) override {
    const EndComparison found = compare_ends(end_states(state), other_, wish_.workload);
    if (found.compared == 0) {
      fail(verdict, wish(), "no workload is in both of them");
    } else if (found.first_workload.empty()) {
      pass(verdict);
    } else {
      fail(verdict, wish() + ": " + found.expected, found.actual,
           {.workload = found.first_workload});
    }
  }

 private:
  [[nodiscard]] std::string wish() const {
    return (wish_.workload.empty() ? "the" : wish_.workload + " at the") + " end as in " +
           wish_.final_state->same_as;
  }

  const Expectation& wish_;
  const EndStates& other_;
};

/// What was found before the run is known from its first instant on.
class PreflightCheck final : public Check {
 public:
  explicit PreflightCheck(const Expectation& wish)
      : wish_(*wish.preflight),
        count_(wish.count.value_or(timeline::Range{.at_least = 1, .at_most = {}})) {}

  void moment(const Moment& moment, Verdict& verdict) override { decide(moment.state, verdict); }
  void finish(sim::Time, const MetricTable&, const RunState& state, Verdict& verdict) override {
    decide(state, verdict);
  }

 private:
  void decide(const RunState& state, Verdict& verdict) const {
    const auto name = [&state](std::uint32_t number) -> std::string_view {
      return state.workloads()[number].name;
    };
    std::size_t found = 0;
    std::string all;
    for (const Finding& finding : state.preflight()) {
      if (wish_.matches(finding, name)) ++found;
      const std::string_view code = name_of(finding.code);
      if (all.find(code) == std::string::npos) all.append(all.empty() ? "" : ", ").append(code);
    }
    if (count_.contains(static_cast<double>(found))) {
      pass(verdict);
      return;
    }
    fail(verdict, wish(),
         fmt::format("{} such; the check found {}", found, all.empty() ? "nothing" : all));
  }
  [[nodiscard]] std::string wish() const {
    std::string text = fmt::format("{} pre-flight findings {}", to_string(count_), wish_.code);
    if (!wish_.workload.empty()) text += " about " + wish_.workload;
    if (!wish_.cluster.empty()) text += " in " + wish_.cluster;
    return text;
  }

  const FindingSelector& wish_;
  timeline::Range count_;
};

}  // namespace

void Expectations::Check::fail(Verdict& verdict,
                               std::string expected,
                               std::string actual,
                               Evidence evidence) {
  verdict.decided = true;
  verdict.evidence = std::move(evidence);
  verdict.passed = false;
  verdict.expected = std::move(expected);
  verdict.actual = std::move(actual);
}

std::unique_ptr<Check> make_check(const Expectation& expectation, const Endings& endings) {
  if (!expectation.metric.empty()) return std::make_unique<MetricCheck>(expectation);
  if (expectation.event) return std::make_unique<EventCheck>(expectation);
  if (expectation.never) return std::make_unique<NeverCheck>(expectation);
  if (!expectation.order.empty()) return std::make_unique<OrderCheck>(expectation);
  if (expectation.at) return std::make_unique<AtCheck>(expectation);
  if (expectation.always) return std::make_unique<AlwaysCheck>(expectation);
  if (expectation.final_state) {
    return std::make_unique<FinalCheck>(expectation, endings.at(expectation.final_state->same_as));
  }
  if (!expectation.invariant.empty()) return std::make_unique<InvariantCheck>(expectation);
  if (expectation.preflight) return std::make_unique<PreflightCheck>(expectation);
  throw std::logic_error("an expectation without a form");
}

}  // namespace firedrill::analysis
