#include "models/process/member_access.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/process/request.h"

namespace firedrill::models {
namespace {

using policy::MemberOutcome;
using policy::ProbeAnswer;

constexpr const char* member_version = "v1.31.0";
constexpr std::int32_t http_ok = 200;

std::string timeline_answer(const ProbeAnswer& answer) {
  return answer.kind == ProbeAnswer::Kind::http ? std::to_string(answer.http_status)
                                                : answer.detail;
}

}  // namespace

MemberAccess::MemberAccess(sim::Engine& engine,
                           timeline::Recorder& recorder,
                           Sites& sites,
                           const Latency& latency,
                           std::string home)
    : engine_(engine),
      recorder_(recorder),
      sites_(sites),
      latency_(latency),
      home_(std::move(home)) {
  // What its informers list when the process starts.
  for (const auto& [name, site] : sites_) {
    if (!home_.empty() && name != home_) continue;
    for (const api::ResourceReference& object : site.member->managed())
      object_changed(name, object);
  }
}

MemberAccess::~MemberAccess() {
  for (auto& [name, watch] : watches_)
    engine_.cancel(watch.drain);
}

const Site& MemberAccess::site(std::string_view cluster) const {
  const auto found = sites_.find(cluster);
  if (found == sites_.end()) throw std::logic_error("no member cluster " + std::string(cluster));
  return found->second;
}

bool MemberAccess::reaches(const Site& site) const {
  if (!site.outages.serving()) return false;
  return site.spec.name == home_ || site.outages.connected();
}

bool MemberAccess::has_client(const Site& site) const {
  return site.spec.name == home_ || !site.outages.client_error();
}

ProbeAnswer MemberAccess::answer(const Site& site) const {
  if (!has_client(site)) {
    return {.kind = ProbeAnswer::Kind::no_client, .http_status = 0, .detail = "clientError"};
  }
  if (!reaches(site)) {
    return {.kind = ProbeAnswer::Kind::no_answer,
            .http_status = 0,
            .detail = site.outages.drops_packets() ? "timeout" : "refused"};
  }
  return {
      .kind = ProbeAnswer::Kind::http, .http_status = site.outages.health_answer(), .detail = {}};
}

policy::Await<ProbeAnswer> MemberAccess::probe(std::string cluster, std::string path) {
  const Site& target = site(cluster);
  sim::Duration way = target.spec.probe_latency.value_or(sim::Duration::zero());
  if (!has_client(target)) {
    way = sim::Duration::zero();
  } else if (!reaches(target)) {
    way = target.outages.drops_packets() ? latency_.probe_timeout : sim::Duration::zero();
  }
  (void)path;  // Every member of today answers at the first path.
  return request<ProbeAnswer>(engine_, way, [this, cluster = std::move(cluster)] {
    Site& asked = sites_.find(cluster)->second;
    ProbeAnswer found = answer(asked);
    note_answer(asked, timeline_answer(found));
    return found;
  });
}

void MemberAccess::note_answer(Site& site, const std::string& answer) {
  if (answer == site.last_answer) return;
  site.last_answer = answer;
  if (site.last_fault != 0) engine_.set_current_cause(site.last_fault);
  if (answer == std::to_string(http_ok)) {
    recorder_.record(timeline::ProbeRecovered{.cluster = site.spec.name, .answer = answer});
  } else {
    recorder_.record(timeline::ProbeFailed{.cluster = site.spec.name, .answer = answer});
  }
}

policy::Await<MemberOutcome> MemberAccess::send(
    std::string cluster, std::function<MemberOutcome(MemberCluster&)> carry_out) {
  const Site& target = site(cluster);
  if (!has_client(target)) return MemberOutcome::unreachable;
  if (!reaches(target) && !target.outages.drops_packets()) return MemberOutcome::unreachable;
  const sim::Duration way = reaches(target) ? latency_.member_write : latency_.probe_timeout;
  return request<MemberOutcome>(
      engine_, way, [this, cluster = std::move(cluster), carry_out = std::move(carry_out)] {
        const Site& reached = site(cluster);
        return reaches(reached) ? carry_out(*reached.member) : MemberOutcome::unreachable;
      });
}

policy::Await<MemberOutcome> MemberAccess::apply(std::string cluster,
                                                 api::Manifest manifest,
                                                 bool overwrite) {
  return send(std::move(cluster),
              [manifest = std::move(manifest), overwrite](MemberCluster& member) {
                return member.apply(manifest, overwrite);
              });
}

policy::Await<MemberOutcome> MemberAccess::remove(std::string cluster,
                                                  api::ResourceReference object) {
  return send(std::move(cluster), [object = std::move(object)](MemberCluster& member) {
    return member.remove(object);
  });
}

policy::Await<MemberOutcome> MemberAccess::release(std::string cluster,
                                                   api::ResourceReference object) {
  return send(std::move(cluster), [object = std::move(object)](MemberCluster& member) {
    return member.release(object);
  });
}

std::shared_ptr<const policy::MemberObject> MemberAccess::observe(
    std::string_view cluster, const api::ResourceReference& object) const {
  const auto watch = watches_.find(cluster);
  if (watch == watches_.end()) return nullptr;
  const auto found = watch->second.seen.find(timeline::workload_name(object));
  return found == watch->second.seen.end() ? nullptr : found->second;
}

policy::Inventory MemberAccess::inventory(std::string_view cluster) const {
  return site(cluster).member->inventory();
}

std::vector<api::ApiEnablement> MemberAccess::api_enablements(std::string_view cluster) const {
  return site(cluster).spec.api_enablements.value_or(std::vector<api::ApiEnablement>{});
}

std::string MemberAccess::version(std::string_view /*cluster*/) const {
  return member_version;
}

policy::Registration MemberAccess::watch(Handler handler) {
  const std::uint64_t id = next_handler_++;
  handlers_.emplace(id, std::move(handler));
  return {*this, id};
}

void MemberAccess::object_changed(const std::string& cluster,
                                  const api::ResourceReference& object) {
  ClusterWatch& watch = watches_[cluster];
  watch.deliveries.push_back({engine_.now() + latency_.member_watch, engine_.current_cause(),
                              object, site(cluster).member->observe(object)});
  arm(cluster, watch);
}

void MemberAccess::reconnect(const std::string& cluster) {
  const auto found = watches_.find(cluster);
  if (found != watches_.end()) arm(cluster, found->second);
}

void MemberAccess::arm(const std::string& cluster, ClusterWatch& watch) {
  if (watch.deliveries.empty() || engine_.is_pending(watch.drain) || !reaches(site(cluster)))
    return;
  const sim::Time due = std::max(engine_.now(), watch.deliveries.front().due);
  watch.drain = engine_.at(due, sim::Phase::delivery,
                           [this, name = &watches_.find(cluster)->first] { drain(*name); });
}

void MemberAccess::drain(const std::string& cluster) {
  ClusterWatch& watch = watches_.find(cluster)->second;
  watch.drain = {};
  while (!watch.deliveries.empty() && watch.deliveries.front().due <= engine_.now() &&
         reaches(site(cluster))) {
    const Delivery delivery = std::move(watch.deliveries.front());
    watch.deliveries.pop_front();
    engine_.set_current_cause(delivery.cause);
    std::string name = timeline::workload_name(delivery.object);
    if (delivery.state) {
      watch.seen.insert_or_assign(std::move(name), delivery.state);
    } else {
      watch.seen.erase(name);
    }
    for (const auto& [id, handler] : handlers_)
      handler(cluster, delivery.object);
  }
  arm(cluster, watch);
}

}  // namespace firedrill::models
