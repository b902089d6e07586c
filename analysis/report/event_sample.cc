#include "analysis/report/event_sample.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "analysis/explain/wording.h"
#include "analysis/run_state.h"
#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

/// Kinds of each rank but the second, which has all others.
constexpr std::array<std::string_view, 5> first_rank{"FaultStarted", "FaultEnded", "ScenarioEvent",
                                                     "ExpectationFailed", "InvariantViolated"};
constexpr std::array<std::string_view, 20> third_rank{"GracefulEvictionTaskAdded",
                                                      "GracefulEvictionTaskRemoved",
                                                      "BindingScheduled",
                                                      "SubscriptionScheduled",
                                                      "WorkCreated",
                                                      "WorkDeleted",
                                                      "WorkDeleting",
                                                      "PodsReady",
                                                      "PodsStopped",
                                                      "PodsPending",
                                                      "EvictionQueued",
                                                      "EvictionDequeued",
                                                      "DescriptionCreated",
                                                      "DescriptionDeleted",
                                                      "StatePreserved",
                                                      "StateResumed",
                                                      "ReplicasChanged",
                                                      "AffinityGroupChanged",
                                                      "SchedulingFailed",
                                                      "SubscriptionFailed"};
constexpr std::array<std::string_view, 6> last_rank{"HealthChanged",     "ResourceSummaryChanged",
                                                    "PodsStarted",       "ManifestDelivered",
                                                    "WorkLabelsChanged", "SubscriptionQueued"};

constexpr std::size_t rank_by_name(std::string_view name) {
  const auto is_in = [name](const auto& rank) {
    return std::ranges::find(rank, name) != rank.end();
  };
  if (is_in(first_rank)) return 0;
  if (is_in(third_rank)) return 2;
  return is_in(last_rank) ? 3 : 1;
}

constexpr auto ranks_of_kinds = [] {
  std::array<std::size_t, timeline::kind_names.size()> ranks{};
  std::ranges::transform(timeline::kind_names, ranks.begin(), rank_by_name);
  return ranks;
}();

std::string fields_of(const timeline::Payload& payload) {
  std::string text = "{";
  std::visit([&](const auto& fields) { timeline::append_members(text, fields); }, payload);
  text.push_back('}');
  return text;
}

}  // namespace

std::size_t EventSample::rank_of(std::size_t kind) {
  return ranks_of_kinds.at(kind);
}

void EventSample::add(const timeline::TimelineEvent& event) {
  // Kinds that this version doesn't know were passed over, but count.
  causes_.resize(event.seq, 0);
  if (event.cause != 0) causes_.back() = static_cast<std::uint32_t>(event.seq - event.cause);
  Rank& rank = ranks_.at(rank_of(event.payload.index()));
  const std::uint64_t ordinal = rank.seen++;
  if (ordinal % rank.every != 0) return;

  const std::string* cluster = cluster_of(event.payload);
  const std::string* workload = workload_of(event.payload);
  rows_.push_back({.seq = event.seq,
                   .time = event.time.time_since_epoch(),
                   .cause = event.cause,
                   .kind = event.payload.index(),
                   .cluster = cluster == nullptr ? "" : *cluster,
                   .workload = workload == nullptr ? "" : *workload,
                   .words = words_of(event),
                   .fields = fields_of(event.payload)});
  ordinals_.push_back(ordinal);
  ++rank.rows;
  if (rows_.size() > rows_max_) thin();
}

void EventSample::thin() {
  std::size_t thinned = rank_count - 1;
  while (thinned > 0 && ranks_.at(thinned).rows <= rows_max_ / 20)
    --thinned;
  Rank& rank = ranks_.at(thinned);
  rank.every *= 2;
  rank.rows = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rank_of(rows_[i].kind) == thinned) {
      if (ordinals_[i] % rank.every != 0) continue;
      ++rank.rows;
    }
    if (kept != i) {
      rows_[kept] = std::move(rows_[i]);
      ordinals_[kept] = ordinals_[i];
    }
    ++kept;
  }
  rows_.resize(kept);
  ordinals_.resize(kept);
}

std::vector<std::uint64_t> EventSample::kept_causes() {
  std::vector<std::uint64_t> causes;
  causes.reserve(rows_.size());
  std::size_t row = 0;
  // Causes are earlier: when an event comes up, the way from its cause on is known already.
  // `behind[i]` is the distance from event i + 1 to the nearest kept one, itself included.
  std::deque<std::uint32_t>& behind = causes_;
  constexpr std::uint32_t none = UINT32_MAX;
  for (std::uint64_t seq = 1; seq <= behind.size(); ++seq) {
    const std::uint32_t distance = behind[seq - 1];
    const bool rootless = distance == 0 || behind[seq - 1 - distance] == none;
    const std::uint64_t cause = rootless ? 0 : seq - distance - behind[seq - 1 - distance];
    const bool kept = row < rows_.size() && rows_[row].seq == seq;
    if (kept) {
      causes.push_back(cause);
      ++row;
      behind[seq - 1] = 0;
    } else {
      behind[seq - 1] = cause == 0 ? none : static_cast<std::uint32_t>(seq - cause);
    }
  }
  return causes;
}

}  // namespace firedrill::analysis
