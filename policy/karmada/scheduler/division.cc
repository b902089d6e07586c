#include "policy/karmada/scheduler/division.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace firedrill::policy::karmada {
namespace {

/// A party's claim to the next seat.
struct Claim {
  double priority = 0;
  api::Replicas seats = 0;
  std::size_t rank = 0;   ///< Position among the names, in the direction of the tie-break.
  std::size_t party = 0;  ///< Index among the parties in order of names.
};

double priority(std::int64_t weight, api::Replicas seats) {
  return static_cast<double>(weight) / static_cast<double>(2 * seats + 1);
}

bool stronger(const Claim& left, const Claim& right) {
  if (left.priority != right.priority) return left.priority > right.priority;
  if (left.seats != right.seats) return left.seats < right.seats;
  return left.rank < right.rank;
}

/// A heap with the strongest claim on top, whose top is replaced by a weaker one again and again.
class Claims {
 public:
  explicit Claims(std::vector<Claim> claims) : heap_(std::move(claims)) {
    std::ranges::make_heap(heap_, weaker);
  }

  [[nodiscard]] const Claim& strongest() const { return heap_.front(); }

  void replace_strongest(const Claim& claim) {
    std::size_t hole = 0;
    while (true) {
      std::size_t child = 2 * hole + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && stronger(heap_[child + 1], heap_[child])) ++child;
      if (!stronger(heap_[child], claim)) break;
      heap_[hole] = heap_[child];
      hole = child;
    }
    heap_[hole] = claim;
  }

 private:
  static bool weaker(const Claim& left, const Claim& right) { return stronger(right, left); }

  std::vector<Claim> heap_;
};

}  // namespace

TieBreak tie_break(std::string_view uid) {
  if (uid.empty()) return TieBreak::name_ascending;
  std::uint32_t hash = 2'166'136'261U;
  for (const char byte : uid) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 16'777'619U;
  }
  return hash % 2 == 0 ? TieBreak::name_ascending : TieBreak::name_descending;
}

std::vector<Party> apportion(api::Replicas seats, std::vector<Party> parties, TieBreak tie_break) {
  std::ranges::sort(parties, {}, &Party::name);
  if (parties.empty()) return parties;
  std::vector<Claim> claims;
  claims.reserve(parties.size());
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const std::size_t rank = tie_break == TieBreak::name_ascending ? i : parties.size() - 1 - i;
    claims.push_back({priority(parties[i].weight, parties[i].seats), parties[i].seats, rank, i});
  }
  Claims heap(std::move(claims));
  for (api::Replicas given = 0; given < seats; ++given) {
    Claim claim = heap.strongest();
    Party& winner = parties[claim.party];
    claim.seats = ++winner.seats;
    claim.priority = priority(winner.weight, winner.seats);
    heap.replace_strongest(claim);
  }
  return parties;
}

std::vector<Party> apportion_rounded_down(api::Replicas seats, std::vector<Party> parties) {
  const std::int64_t sum = total_weight(parties);
  std::ranges::sort(parties, [](const Party& left, const Party& right) {
    if (left.weight != right.weight) return left.weight > right.weight;
    if (left.previous != right.previous) return left.previous > right.previous;
    return left.name < right.name;
  });
  api::Replicas left = seats;
  for (Party& party : parties) {
    party.seats = sum == 0 ? 0 : party.weight * seats / sum;
    left -= party.seats;
  }
  if (sum == 0) return parties;
  for (Party& party : parties) {
    if (left <= 0) break;
    ++party.seats;
    --left;
  }
  return parties;
}

std::int64_t total_weight(const std::vector<Party>& parties) {
  std::int64_t total = 0;
  for (const Party& party : parties)
    total += party.weight;
  return total;
}

}  // namespace firedrill::policy::karmada
