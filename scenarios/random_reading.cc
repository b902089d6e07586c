#include "scenarios/random_reading.h"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"

namespace firedrill::scenarios {
namespace {

/// Keys that say when, and are the random event's own.
constexpr std::array<std::string_view, 4> own_keys{"fault", "mtbf", "repair", "correlated"};

template <class Event>
void read_as(const nlohmann::json& members,
             models::RandomEvent& event,
             const std::string& at,
             Reading& reading) {
  Event fault;
  const std::size_t errors = reading.diagnostics.error_count();
  api::ReadContext context(reading.diagnostics, api::UnknownKeys::error, at);
  api::read_json(members, fault, context);
  if (reading.diagnostics.error_count() == errors) event.made = fault;
}

void check_when(const models::RandomEvent& event, const std::string& at, Reading& reading) {
  const bool sets = event.between && !event.between->sets.empty();
  const bool time = event.between && event.between->sets.empty();
  if (sets && event.fault != "partition") {
    reading.diagnostics.error(api::child_pointer(at, "between"), "only a partition has sets",
                              "a time from a repair to the next fault");
  }
  if (event.fault == "partition" && time) {
    reading.diagnostics.error(api::child_pointer(at, "between"),
                              "of a partition these are its sets", "its sets, and mtbf");
  } else if (time == event.mtbf.has_value()) {
    reading.diagnostics.error(at, "needs exactly one of mtbf and between",
                              "\"mtbf\": \"720h\", or \"between\" with a distribution");
  }
  if (event.correlated && !event.clusters) {
    reading.diagnostics.error(api::child_pointer(at, "correlated"),
                              "is for faults that select clusters", "leave it out");
  }
}

}  // namespace

void read_random_fault(models::RandomEvent& event, const std::string& at, Reading& reading) {
  check_when(event, at, reading);
  nlohmann::json members;
  api::write_json(event, members);
  for (const std::string_view key : own_keys)
    members.erase(std::string(key));
  if (!event.between || event.between->sets.empty()) members.erase("between");
  if (event.fault == "outage") return read_as<models::OutageEvent>(members, event, at, reading);
  if (event.fault == "clientError")
    return read_as<models::ClientErrorEvent>(members, event, at, reading);
  if (event.fault == "listerError")
    return read_as<models::ListerErrorEvent>(members, event, at, reading);
  if (event.fault == "estimatorError")
    return read_as<models::EstimatorErrorEvent>(members, event, at, reading);
  if (event.fault == "partition")
    return read_as<models::PartitionEvent>(members, event, at, reading);
  if (event.fault == "link") return read_as<models::LinkEvent>(members, event, at, reading);
  read_as<models::ComponentEvent>(members, event, at, reading);
}

}  // namespace firedrill::scenarios
