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

ProbeAnswer failed_probe(bool timed_out) {
  return {.kind = ProbeAnswer::Kind::no_answer,
          .http_status = 0,
          .detail = timed_out ? "timeout" : "refused"};
}

bool is_health_endpoint(std::string_view path) {
  return path == "/readyz" || path == "/livez" || path == "/healthz";
}

std::string timeline_answer(const ProbeAnswer& answer) {
  return answer.kind == ProbeAnswer::Kind::http ? std::to_string(answer.http_status)
                                                : answer.detail;
}

}  // namespace

MemberAccess::MemberAccess(Requests& requests,
                           timeline::Recorder& recorder,
                           WorldMembers& members,
                           MemberWays& ways,
                           std::string home)
    : requests_(requests),
      engine_(requests.engine),
      recorder_(recorder),
      members_(members),
      ways_(ways),
      home_(std::move(home)) {
  // What its informers list when the process starts.
  for (const auto& [name, member] : members_) {
    if (!home_.empty() && name != home_) continue;
    for (const api::ResourceReference& object : member.cluster->managed())
      object_changed(name, object);
  }
}

MemberAccess::~MemberAccess() {
  for (auto& [name, watch] : watches_)
    engine_.cancel(watch.drain);
}

const WorldMember& MemberAccess::member(std::string_view cluster) const {
  const auto found = members_.find(cluster);
  if (found == members_.end()) throw std::logic_error("no member cluster " + std::string(cluster));
  return found->second;
}

bool MemberAccess::reaches(const WorldMember& member) const {
  if (!member.outages.serving()) return false;
  return is_home(member) || (member.outages.connected() && member.way.outbound);
}

bool MemberAccess::hears(const WorldMember& member) const {
  if (!member.outages.serving()) return false;
  return is_home(member) || member.connected();
}

bool MemberAccess::has_client(const WorldMember& member) const {
  return is_home(member) || !member.outages.client_error();
}

MemberAccess::Plan MemberAccess::plan(WorldMember& member, sim::Duration work) {
  using enum Plan::Fate;
  const sim::Duration timeout = ways_.no_answer(member.spec.name);
  const bool drops = member.drops_packets();
  if (!reaches(member)) return {{.there = drops ? timeout : sim::Duration::zero()}, passes};
  if (is_home(member)) return {{.there = work}, passes};
  if (!hears(member) && !drops) return {{}, refused};
  const Way& way = member.way;
  const auto vanishes = [&member](double loss) {
    return loss > 0 && member.loss_random.chance(loss);
  };
  if (vanishes(way.loss_out)) return {{.there = timeout}, lost};
  Plan plan{{.there = way.out + work, .back = way.in}, passes};
  const bool late = plan.trip.there + plan.trip.back > timeout;
  if (vanishes(way.loss_in) || late) plan.fate = unanswered;
  // An answer that is held up arrives if the way opens in time.
  if (plan.fate == unanswered || !hears(member))
    plan.trip.back = std::max(timeout - plan.trip.there, sim::Duration::zero());
  return plan;
}

MemberAccess::Plan MemberAccess::plan_probe(WorldMember& member) {
  if (!has_client(member)) return {};
  const std::string& cluster = member.spec.name;
  const sim::Duration wait = ways_.token(cluster);
  // Drawn for each probe of a degraded cluster, whatever else keeps it from being answered.
  const double failing = member.outages.failing_probes();
  const bool fails = failing > 0 && member.probe_random.chance(failing);
  Plan plan = this->plan(
      member, member.spec.probe_latency ? *member.spec.probe_latency : ways_.probe(cluster));
  if (fails && reaches(member)) {
    const bool drops = member.drops_packets();
    plan = drops ? Plan{{.there = ways_.no_answer(cluster)}, Plan::Fate::lost}
                 : Plan{{}, Plan::Fate::refused};
  }
  plan.trip.there += wait;
  return plan;
}

ProbeAnswer MemberAccess::answer(const WorldMember& member) const {
  if (!has_client(member)) {
    return {.kind = ProbeAnswer::Kind::no_client, .http_status = 0, .detail = "clientError"};
  }
  if (!reaches(member)) return failed_probe(member.drops_packets());
  return {
      .kind = ProbeAnswer::Kind::http, .http_status = member.outages.health_answer(), .detail = {}};
}

policy::Await<ProbeAnswer> MemberAccess::probe(std::string cluster, std::string path) {
  using enum Plan::Fate;
  // Every member of today answers at the first health endpoint. Whatever else is asked for is an
  // object, which an API server has also while it is ill.
  const bool health = is_health_endpoint(path);
  WorldMember& target = members_.find(cluster)->second;
  const Plan plan = health ? plan_probe(target) : this->plan(target, ways_.write(cluster, path));
  std::function<ProbeAnswer()> arrive = [this, cluster, health, fate = plan.fate] {
    if (fate == refused || fate == lost) return failed_probe(fate == lost);
    ProbeAnswer found = answer(member(cluster));
    if (!health && found.kind == ProbeAnswer::Kind::http) found.http_status = http_ok;
    return found;
  };
  Receive<ProbeAnswer> receive = [this, cluster, health, fate = plan.fate](ProbeAnswer found) {
    WorldMember& asked = members_.find(cluster)->second;
    if (fate == unanswered) {
      found = failed_probe(true);
    } else if (found.kind == ProbeAnswer::Kind::http && !hears(asked)) {
      found = failed_probe(asked.drops_packets());
    }
    if (health) note_answer(asked, timeline_answer(found));
    return found;
  };
  return request<ProbeAnswer>(requests_, plan.trip, std::move(arrive), std::move(receive));
}

void MemberAccess::note_answer(WorldMember& member, const std::string& answer) {
  MemberGrounds& grounds = member.grounds;
  if (answer == member.last_answer) {
    // Until the turn shows in the condition, it is the reason for what comes of the probe, whatever
    // else made somebody ask.
    if (grounds.probe > grounds.ready) engine_.set_current_cause(grounds.probe);
    return;
  }
  member.last_answer = answer;
  const std::string& name = member.spec.name;
  if (answer == std::to_string(http_ok)) {
    grounds.probe = recorder_.record(timeline::ProbeRecovered{.cluster = name, .answer = answer},
                                     grounds.fault);
  } else {
    grounds.probe =
        recorder_.record(timeline::ProbeFailed{.cluster = name, .answer = answer}, grounds.fault);
  }
}

policy::Await<MemberOutcome> MemberAccess::send(
    std::string cluster,
    const api::ResourceReference& about,
    std::function<MemberOutcome(MemberCluster&)> carry_out) {
  using enum Plan::Fate;
  WorldMember& target = members_.find(cluster)->second;
  if (!has_client(target)) return MemberOutcome::unreachable;
  const sim::Duration wait = ways_.token(cluster);
  if (!reaches(target) && !target.drops_packets()) {
    std::function<MemberOutcome()> fail = [] { return MemberOutcome::unreachable; };
    return request<MemberOutcome>(requests_, wait, std::move(fail));
  }
  Plan plan = this->plan(target, ways_.write(cluster, timeline::workload_name(about)));
  plan.trip.there += wait;
  const bool passes_on = plan.fate == passes || plan.fate == unanswered;
  std::function<MemberOutcome()> arrive = [this, cluster, passes_on,
                                           carry_out = std::move(carry_out)] {
    const WorldMember& reached = member(cluster);
    if (!passes_on || !reaches(reached)) return MemberOutcome::unreachable;
    // As with writes to the API server: who watches the member is told, the sender goes on for the
    // reason that he had.
    const std::uint64_t reason = engine_.current_cause();
    const MemberOutcome outcome = carry_out(*reached.cluster);
    engine_.set_current_cause(reason);
    return outcome;
  };
  Receive<MemberOutcome> receive = [this, cluster, fate = plan.fate](MemberOutcome outcome) {
    return fate == unanswered || !hears(member(cluster)) ? MemberOutcome::unreachable : outcome;
  };
  return request<MemberOutcome>(requests_, plan.trip, std::move(arrive), std::move(receive));
}

policy::Await<MemberOutcome> MemberAccess::apply(std::string cluster,
                                                 api::Manifest manifest,
                                                 bool overwrite) {
  const api::ResourceReference about = manifest.resource;
  return send(std::move(cluster), about,
              [manifest = std::move(manifest), overwrite](MemberCluster& member) {
                return member.apply(manifest, overwrite);
              });
}

policy::Await<MemberOutcome> MemberAccess::remove(std::string cluster,
                                                  api::ResourceReference object) {
  return send(std::move(cluster), object,
              [object](MemberCluster& member) { return member.remove(object); });
}

policy::Await<MemberOutcome> MemberAccess::release(std::string cluster,
                                                   api::ResourceReference object) {
  return send(std::move(cluster), object,
              [object](MemberCluster& member) { return member.release(object); });
}

std::shared_ptr<const policy::MemberObject> MemberAccess::observe(
    std::string_view cluster, const api::ResourceReference& object) const {
  const auto watch = watches_.find(cluster);
  if (watch == watches_.end()) return nullptr;
  const auto found = watch->second.seen.find(timeline::workload_name(object));
  return found == watch->second.seen.end() ? nullptr : found->second;
}

policy::Inventory MemberAccess::inventory(std::string_view cluster) const {
  const WorldMember& asked = member(cluster);
  policy::Inventory inventory = asked.cluster->inventory();
  if (asked.outages.lister_error()) {
    inventory.nodes.clear();
    inventory.pending.clear();
    inventory.pending_pods = 0;
  }
  return inventory;
}

std::vector<api::ApiEnablement> MemberAccess::api_enablements(std::string_view cluster) const {
  return member(cluster).spec.api_enablements.value_or(std::vector<api::ApiEnablement>{});
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
  const WorldMember& source = member(cluster);
  const sim::Duration way = is_home(source) ? sim::Duration::zero() : source.way.in;
  const sim::Duration delay = ways_.watch(cluster, timeline::workload_name(object)) + way;
  watch.last_due = std::max(watch.last_due, sim::saturating_add(engine_.now(), delay));
  watch.deliveries.push_back(
      {watch.last_due, engine_.current_cause(), object, source.cluster->observe(object)});
  arm(cluster, watch);
}

void MemberAccess::reconnect(const std::string& cluster) {
  const auto found = watches_.find(cluster);
  if (found != watches_.end()) arm(cluster, found->second);
}

void MemberAccess::arm(const std::string& cluster, ClusterWatch& watch) {
  if (watch.deliveries.empty() || engine_.is_pending(watch.drain) || !hears(member(cluster)))
    return;
  const sim::Time due = std::max(engine_.now(), watch.deliveries.front().due);
  watch.drain = engine_.at(due, sim::Phase::delivery,
                           [this, name = &watches_.find(cluster)->first] { drain(*name); });
}

void MemberAccess::drain(const std::string& cluster) {
  ClusterWatch& watch = watches_.find(cluster)->second;
  watch.drain = {};
  while (!watch.deliveries.empty() && watch.deliveries.front().due <= engine_.now() &&
         hears(member(cluster))) {
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
