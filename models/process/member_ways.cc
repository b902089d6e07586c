#include "models/process/member_ways.h"

namespace firedrill::models {
namespace {

sim::Duration next(Delays& delays, std::string_view cluster, std::string_view object) {
  if (!delays.varies()) return delays.constant();
  std::string name(cluster);
  name.append("/").append(object);
  return delays.next(name);
}

}  // namespace

MemberWays::MemberWays(const sim::Engine& engine,
                       const sim::Streams& streams,
                       const Latency& latency,
                       const std::string& process,
                       const std::optional<ClientLimit>& limit)
    : engine_(engine),
      limit_(limit),
      write_(latency.member_write, streams, process, "memberWrite"),
      watch_(latency.member_watch, streams, process, "memberWatch"),
      probe_(latency.member_probe, streams, process, "probe"),
      question_(latency.member_probe, streams, process, "estimate"),
      no_answer_(latency.probe_timeout, streams, process, "probeTimeout") {}

sim::Duration MemberWays::token(std::string_view cluster) {
  if (!limit_) return sim::Duration::zero();
  auto found = limiters_.find(cluster);
  if (found == limiters_.end())
    found = limiters_.emplace(std::string(cluster), ClientLimiter(limit_)).first;
  return found->second.reserve(engine_.now());
}

sim::Duration MemberWays::write(std::string_view cluster, std::string_view object) {
  return next(write_, cluster, object);
}
sim::Duration MemberWays::watch(std::string_view cluster, std::string_view object) {
  return next(watch_, cluster, object);
}
sim::Duration MemberWays::probe(std::string_view cluster) {
  return probe_.next(cluster);
}
sim::Duration MemberWays::question(std::string_view cluster) {
  return question_.next(cluster);
}
sim::Duration MemberWays::no_answer(std::string_view cluster) {
  return no_answer_.next(cluster);
}

}  // namespace firedrill::models
