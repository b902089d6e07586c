#include "analysis/diff/difference.h"

#include <stdexcept>

#include <fmt/format.h>

#include "analysis/run_state.h"

namespace firedrill::analysis {
namespace {

/// " 12.0 s later", or "".
std::string shift_words(const Difference& difference) {
  const sim::Duration shift = difference.right->time - difference.left->time;
  if (shift == sim::Duration::zero()) return {};
  const bool later = shift > sim::Duration::zero();
  return fmt::format("{} {}", rounded_duration(later ? shift : -shift),
                     later ? "later" : "earlier");
}

/// "WorkCreated of Deployment/shop/web in member3 instead of member2".
std::string other_cluster_words(const Difference& difference) {
  const timeline::Payload& left = difference.left->payload;
  const timeline::Payload& right = difference.right->payload;
  const std::string* was = cluster_of(left);
  const std::string* is = cluster_of(right);
  if (was == nullptr || is == nullptr || *was == *is) return event_name(left);
  std::string text(timeline::kind_name(right));
  const std::string* workload = workload_of(right);
  if (workload != nullptr && !workload->empty()) text += " of " + *workload;
  return fmt::format("{} {} {} instead of {}", text, workload != nullptr ? "in" : "on", *is, *was);
}

}  // namespace

std::string_view to_string(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::later:
      return "later";
    case DifferenceKind::earlier:
      return "earlier";
    case DifferenceKind::other_cluster:
      return "otherCluster";
    case DifferenceKind::other_fields:
      return "otherFields";
    case DifferenceKind::extra:
      return "extra";
    case DifferenceKind::missing:
      return "missing";
    case DifferenceKind::order:
      return "order";
    case DifferenceKind::cause:
      return "cause";
  }
  throw std::logic_error("a sort of difference without a name");
}

std::string difference_words(const Difference& difference, const TimeAllowance& allowance) {
  if (difference.kind == DifferenceKind::extra)
    return "extra " + event_name(difference.right->payload);
  if (difference.kind == DifferenceKind::missing)
    return "missing " + event_name(difference.left->payload);
  const std::string name = event_name(difference.left->payload);
  if (difference.kind == DifferenceKind::order) return name + " at the same time, in another order";
  if (difference.kind == DifferenceKind::cause) return name + " led to by another event";
  std::string text =
      difference.kind == DifferenceKind::other_cluster ? other_cluster_words(difference) : name;
  const std::string shift = shift_words(difference);
  const std::string fields = field_differences(*difference.left, *difference.right, allowance);
  if (difference.kind == DifferenceKind::other_fields ||
      difference.kind == DifferenceKind::other_cluster) {
    if (!fields.empty()) text += ": " + fields;
    if (!shift.empty()) text += ", " + shift;
    return text;
  }
  text += " " + shift;
  return fields.empty() ? text : text + " (" + fields + ")";
}

}  // namespace firedrill::analysis
