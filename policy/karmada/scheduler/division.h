#pragma once

/// Webster apportionment: how a number of replicas is divided by weights.
///
/// Seat after seat goes to the largest weight / (2 * seats + 1), computed in IEEE double precision
/// as in the reference: two parties tie exactly when the doubles are equal. Ties go to fewer seats,
/// then by name, ascending or descending as a hash of the workload's uid says.
///
/// Follows karmada pkg/util/helper/webstermethod.go and binding.go (Dispenser).

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy::karmada {

/// A party of a division. The name must outlive it.
struct Party {
  std::string_view name;
  std::int64_t weight = 0;
  api::Replicas seats = 0;
  api::Replicas previous = 0;  ///< What it had before the division, for `apportion_rounded_down`.

  friend bool operator==(const Party&, const Party&) = default;
};

/// Which of two parties with equal claims comes first.
enum class TieBreak { name_ascending, name_descending };

/// What the uid of the workload says about ties: descending if its 32-bit FNV-1a hash is odd.
[[nodiscard]] TieBreak tie_break(std::string_view uid);

/// Gives `seats` further seats to the parties, beside those they hold. Names must be unique. The
/// result is in order of names and holds all parties, also those without a seat.
/// O(p log p + seats log p) for p parties.
[[nodiscard]] std::vector<Party> apportion(api::Replicas seats,
                                           std::vector<Party> parties,
                                           TieBreak tie_break);

/// The division of releases up to v1.15: each party gets its share of the seats rounded down, and
/// what is left goes one each to the parties of the largest weight; ties go to more previous seats,
/// then by name, where the reference takes a random number. Seats that parties hold are left out of
/// the result. Names must be unique. The result is in the order of dealing. Without any weight
/// nobody gets anything. O(p log p). Follows karmada pkg/util/helper/binding.go (TakeByWeight).
[[nodiscard]] std::vector<Party> apportion_rounded_down(api::Replicas seats,
                                                        std::vector<Party> parties);

/// How a release divides.
enum class DivisionMethod { webster, rounded_down };

/// Sum of the weights.
[[nodiscard]] std::int64_t total_weight(const std::vector<Party>& parties);

}  // namespace firedrill::policy::karmada
