#include "analysis/diff/chains.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "analysis/diff/event_facts.h"

namespace firedrill::analysis {
namespace {

using timeline::TimelineEvent;
using timeline::TimelineFile;

/// Steps of a chain that are looked at; a longer one is cut at its begin.
constexpr std::size_t steps_max = 1'000;
/// Events of an instant that are looked through for a step.
constexpr std::size_t instant_max = 10'000;

struct Link {
  TimelineEvent event;
  std::uint64_t key = 0;
};

/// The causes of an event and itself, the first cause first.
std::vector<Link> links_to(const TimelineFile& file, std::uint64_t seq) {
  std::vector<Link> links;
  while (seq != 0 && links.size() < steps_max) {
    std::optional<TimelineEvent> event = file.event(seq);
    if (!event) break;  // of a kind that this version doesn't know
    seq = event->cause;
    const std::uint64_t key = facts_of(event->payload).key;
    links.push_back({std::move(*event), key});
  }
  std::ranges::reverse(links);
  return links;
}

/// The event of the file that says the same at the same time.
std::optional<TimelineEvent> same_event(const TimelineFile& file, const TimelineEvent& wanted) {
  auto cursor = file.cursor(file.first_at(wanted.time));
  for (std::size_t i = 0; i < instant_max; ++i) {
    const TimelineEvent* event = cursor.next();
    if (event == nullptr || event->time != wanted.time) return std::nullopt;
    if (event->payload == wanted.payload) return *event;
  }
  return std::nullopt;
}

/// Those of the links that the other timeline has as well.
std::vector<Link> shared_links(const TimelineFile& other, const std::vector<Link>& links) {
  std::vector<Link> shared;
  for (const Link& link : links) {
    if (auto event = same_event(other, link.event)) shared.push_back({std::move(*event), link.key});
  }
  return shared;
}

/// Puts the steps beside each other: a longest common subsequence by kind and object.
class ChainRows {
 public:
  ChainRows(const std::vector<Link>& left, const std::vector<Link>& right)
      : left_(left), right_(right), lengths_((left.size() + 1) * (right.size() + 1)) {
    for (std::size_t i = left.size(); i-- > 0;) {
      for (std::size_t k = right.size(); k-- > 0;) {
        length(i, k) = left[i].key == right[k].key ? length(i + 1, k + 1) + 1
                                                   : std::max(length(i + 1, k), length(i, k + 1));
      }
    }
  }

  std::vector<ChainRow> take() {
    std::vector<ChainRow> rows;
    std::size_t i = 0;
    std::size_t k = 0;
    while (i < left_.size() || k < right_.size()) {
      const bool both = i < left_.size() && k < right_.size() && left_[i].key == right_[k].key;
      const bool left =
          both || k == right_.size() || (i < left_.size() && length(i + 1, k) >= length(i, k + 1));
      const bool right = both || !left;
      ChainRow& row = rows.emplace_back();
      row.what = event_name(left ? left_[i].event.payload : right_[k].event.payload);
      if (left) row.left = place(left_, i++);
      if (right) row.right = place(right_, k++);
    }
    return rows;
  }

 private:
  std::size_t& length(std::size_t i, std::size_t k) {
    return lengths_[i * (right_.size() + 1) + k];
  }
  static ChainPlace place(const std::vector<Link>& links, std::size_t at) {
    const TimelineEvent& event = links[at].event;
    return {event.seq, event.time,
            at == 0 ? sim::Duration{} : event.time - links[at - 1].event.time};
  }

  const std::vector<Link>& left_;
  const std::vector<Link>& right_;
  std::vector<std::size_t> lengths_;
};

}  // namespace

std::pair<std::vector<ChainRow>, std::uint64_t> side_by_side(const TimelineFile& left,
                                                             const TimelineFile& right,
                                                             const Difference& difference,
                                                             std::size_t rows_max) {
  std::vector<Link> lefts;
  std::vector<Link> rights;
  if (difference.left) lefts = links_to(left, difference.left->seq);
  if (difference.right) rights = links_to(right, difference.right->seq);
  if (!difference.left) lefts = shared_links(left, rights);
  if (!difference.right) rights = shared_links(right, lefts);
  std::vector<ChainRow> rows = ChainRows(lefts, rights).take();
  const std::size_t left_out = rows.size() > rows_max ? rows.size() - rows_max : 0;
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(left_out));
  return {std::move(rows), left_out};
}

}  // namespace firedrill::analysis
