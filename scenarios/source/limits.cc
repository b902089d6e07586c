#include "scenarios/source/limits.h"

#include <charconv>
#include <limits>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"

namespace firedrill::scenarios {
namespace {

constexpr std::uint64_t unbounded = std::numeric_limits<std::int64_t>::max();

constexpr LimitInfo table[] = {
    // NOLINT(*-c-arrays): the size follows from the rows
    {"input-bytes", "bytes of a document with its includes", &Limits::input_bytes,
     api::TextLimits::input_bytes_max},
    {"depth", "levels of lists and objects", &Limits::depth, api::TextLimits::depth_max},
    {"includes", "files that a document includes, counted each time", &Limits::includes, 10'000},
    {"clusters", "clusters of a scenario", &Limits::clusters, unbounded},
    {"workloads", "workloads of a scenario", &Limits::workloads, unbounded},
    {"replicas", "replicas of a scenario", &Limits::replicas, unbounded},
    {"events-at-one-instant",
     "events at one instant; default 1,000,000 or 100 for each object, whichever is more",
     &Limits::events_at_one_instant, unbounded},
    {"random-faults", "faults drawn at random in a run", &Limits::random_faults, unbounded},
    {"errors-shown", "errors that are printed, and as many warnings", &Limits::errors_shown,
     1'000'000},
};

}  // namespace

std::span<const LimitInfo> limit_table() {
  return table;
}

std::optional<api::Problem> set_limit(std::string_view option, Limits& limits) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view number =
      equals == std::string_view::npos ? std::string_view() : option.substr(equals + 1);
  std::vector<std::string_view> names;
  for (const LimitInfo& info : table) {
    names.push_back(info.name);
    if (info.name != name) continue;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    const bool whole = error == std::errc{} && end == number.data() + number.size();
    if (!whole || value < 1 || value > info.max) {
      return api::Problem{fmt::format("limit {} must be a whole number from 1 to {}, not {}", name,
                                      info.max, api::in_quotes(number))};
    }
    limits.*info.member = value;
    return std::nullopt;
  }
  const std::string_view near = api::nearest(name, names);
  return api::Problem{fmt::format("there is no limit {}; one of {}{}", api::in_quotes(name),
                                  fmt::join(names, ", "),
                                  near.empty() ? "" : fmt::format("; did you mean {}?", near))};
}

std::string limit_remedy(std::string_view name) {
  return fmt::format("limit {0}; --limit {0}=N raises it", name);
}

}  // namespace firedrill::scenarios
