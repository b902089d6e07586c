#include "analysis/explain/explain.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/explain/causes.h"
#include "analysis/explain/inaction.h"
#include "analysis/explain/names.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/wording.h"
#include "analysis/run_state.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

std::optional<sim::Duration> read_time(std::string_view text) {
  if (const auto duration = api::parse_duration(text); duration.ok()) return duration.value();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return sim::from_seconds(seconds);
}

api::Result<Question> read_selector(std::string_view text) {
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return api::Problem{"not a JSON object: " + api::in_quotes(text)};
  auto selector = Selector::parse(api::Json(std::move(json)));
  if (!selector.ok()) return api::Problem{selector.problem()};
  return Question(AboutMatch{std::move(selector).value()});
}

/// Which share of all took longest, in words.
std::string longest_part(const Chain& chain) {
  const Share* longest = nullptr;
  for (const Step& step : chain.steps) {
    for (const Share& share : step.shares) {
      if (longest == nullptr || share.length > longest->length) longest = &share;
    }
  }
  if (longest == nullptr) return {};
  std::string text = "; " + api::format_duration(longest->length) + " of it ";
  if (longest->setting.empty()) return text + longest->words;
  text += fmt::format("{}={}", longest->setting, longest->value);
  return longest->words.empty() ? text : text + ", " + longest->words;
}

std::string answer_of(const Chain& chain) {
  const Step& last = chain.steps.back();
  std::string text = fmt::format("{}: {}", clock_text(last.time), last.what);
  if (chain.steps.size() == 1) return text + "; nothing led to it but the scenario";
  return text + fmt::format(", {} after {}{}", api::format_duration(chain.total()),
                            chain.steps.front().what, longest_part(chain));
}

Explanation about_event(Causes& causes, std::uint64_t seq) {
  Explanation result;
  result.chains.push_back(causes.chain(seq));
  const Chain& chain = result.chains.front();
  if (chain.steps.empty() || chain.steps.back().seq != seq) {
    result.question = fmt::format("event {}", seq);
    result.answer = "its kind is not known to this version";
    return result;
  }
  result.question = fmt::format("event {}, {}", seq, chain.steps.back().kind);
  result.answer = answer_of(chain);
  return result;
}

/// What keeps a selector from ever matching, or "".
std::string impossible(const TimelineFile& file, const nlohmann::json& fields) {
  const auto text = [&](const char* key) {
    const auto found = fields.find(key);
    return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (const std::string cluster = text("cluster"); !cluster.empty()) {
    if (std::string problem = unknown_cluster(file, cluster); !problem.empty()) return problem;
  }
  const std::string workload = text("workload");
  if (!workload.empty() && workload.find_first_of("*?") == std::string::npos) {
    if (const auto name = full_name(file, workload); !name.ok()) return name.problem();
  }
  const std::string kind = text("kind");
  if (file.footer().by_kind.contains(kind)) return {};
  std::vector<std::string_view> kinds;
  for (const auto& [name, count] : file.footer().by_kind)
    kinds.push_back(name);
  const std::string_view near = api::nearest(kind, kinds);
  return fmt::format("the timeline has no event of kind {}{}", kind,
                     near.empty() ? "" : fmt::format("; did you mean {}?", near));
}

api::Result<Explanation> about_match(Causes& causes, const Selector& selector) {
  const nlohmann::json& fields = selector.json().document();
  const std::string kind = fields.at("kind").get<std::string>();
  auto cursor = causes.file().cursor();
  cursor.only({kind});
  if (const auto cluster = fields.find("cluster");
      cluster != fields.end() && cluster->is_string()) {
    const auto name = cluster->get<std::string>();
    if (name.find_first_of("*?") == std::string::npos) cursor.holding({in_line(name)});
  }
  while (const TimelineEvent* event = cursor.next()) {
    if (selector.matches(event->payload)) return about_event(causes, event->seq);
  }
  const std::string never = impossible(causes.file(), fields);
  if (!never.empty())
    return api::Problem{fmt::format("{} can never match: {}", selector.text(), never)};
  return api::Problem{fmt::format("no event matches {}", selector.text())};
}

/// The workload's first eviction, of whatever form it is.
std::optional<std::uint64_t> first_eviction(const TimelineFile& file, const std::string& workload) {
  RunState state;
  auto cursor = file.cursor();
  cursor.holding({in_line(workload), R"("kind":"TaintAdded")", R"("kind":"TaintRemoved")"});
  while (const TimelineEvent* event = cursor.next()) {
    const std::string* name = workload_of(event->payload);
    if (name != nullptr && *name != workload) continue;
    if (std::holds_alternative<GracefulEvictionTaskAdded>(event->payload)) return event->seq;
    if (name != nullptr && !state.evicted_without_task(event->payload).empty()) return event->seq;
    state.apply(event->payload);
  }
  return std::nullopt;
}

/// How many events are followed to find out what an eviction led to.
constexpr std::size_t followed_max = 100'000;

/// What the eviction led to in the end: the first of the workload's pods to become ready for it;
/// the eviction itself, if none does.
std::uint64_t outcome_of(const TimelineFile& file,
                         const std::string& workload,
                         std::uint64_t eviction) {
  std::set<std::uint64_t> led_to{eviction};
  auto cursor = file.cursor(eviction + 1);
  cursor.holding({in_line(workload)});
  while (const TimelineEvent* event = cursor.next()) {
    if (!led_to.contains(event->cause)) continue;
    const auto* ready = std::get_if<PodsReady>(&event->payload);
    if (ready != nullptr && ready->replicas > 0 && ready->workload == workload) return event->seq;
    if (led_to.size() >= followed_max) break;
    led_to.insert(event->seq);
  }
  return eviction;
}

Explanation about_workload(Causes& causes, const std::string& workload) {
  const TimelineFile& file = causes.file();
  const auto eviction = first_eviction(file, workload);
  if (!eviction) return explain_inaction(causes, workload);
  const std::uint64_t outcome = outcome_of(file, workload, *eviction);
  Explanation result = about_event(causes, outcome);
  result.question = fmt::format("the first eviction of {}", short_name(workload));
  if (outcome == *eviction) {
    result.pending.emplace_back("no pod became ready elsewhere because of it");
    return result;
  }
  const Chain evicted = causes.chain(*eviction);
  result.answer =
      answer_of(evicted) + fmt::format("; ready elsewhere {} after the first cause",
                                       api::format_duration(result.chains.front().total()));
  return result;
}

struct Answer {
  Causes& causes;

  api::Result<Explanation> operator()(const AboutEvent& question) const {
    const std::uint64_t count = causes.file().count();
    if (question.seq == 0 || question.seq > count) {
      return api::Problem{
          fmt::format("there is no event {}: they are numbered 1 to {}", question.seq, count)};
    }
    return about_event(causes, question.seq);
  }
  api::Result<Explanation> operator()(const AboutMatch& question) const {
    return about_match(causes, question.selector);
  }
  api::Result<Explanation> operator()(const AboutPlacement& question) const {
    const sim::Time end = causes.file().footer().time.time;
    if (question.time > end) {
      return api::Problem{fmt::format("{} is after the end of the run, {}",
                                      clock_text(question.time), clock_text(end))};
    }
    const auto name = full_name(causes.file(), question.workload);
    if (!name.ok()) return api::Problem{name.problem()};
    return explain_placement(causes, name.value(), question.time);
  }
  api::Result<Explanation> operator()(const AboutWorkload& question) const {
    const auto name = full_name(causes.file(), question.workload);
    if (!name.ok()) return api::Problem{name.problem()};
    return about_workload(causes, name.value());
  }
};

}  // namespace

api::Result<Question> read_question(std::string_view text) {
  if (text.empty())
    return api::Problem{"nothing is asked: a seq, a workload, workload@time, or an event selector"};
  if (text.front() == '{') return read_selector(text);
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    AboutEvent event;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), event.seq);
    if (error != std::errc{}) return api::Problem{"no event has the number " + std::string(text)};
    return Question(event);
  }
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return Question(AboutWorkload{std::string(text)});
  const std::string_view time = text.substr(at + 1);
  const auto duration = read_time(time);
  if (!duration || *duration < sim::Duration{} || *duration > sim::latest_time.time_since_epoch()) {
    return api::Problem{
        fmt::format("{} is no time: a Go duration (14m, 1h30m) or seconds", api::in_quotes(time))};
  }
  return Question(AboutPlacement{std::string(text.substr(0, at)), sim::start_time + *duration});
}

api::Result<Explanation> explain(const TimelineFile& file, const Question& question) {
  Causes causes(file);
  return std::visit(Answer{causes}, question);
}

Chain causes_of(const TimelineFile& file, std::uint64_t seq) {
  return Causes(file).chain(seq);
}

}  // namespace firedrill::analysis
