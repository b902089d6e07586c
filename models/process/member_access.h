#pragma once

/// One process's way to the member clusters: requests that take time or fail, and watches that
/// bring back what changed, late or, while the way is cut, when it is open again.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analysis/timeline/recorder.h"
#include "models/process/member_ways.h"
#include "models/process/request.h"
#include "models/world/world_member.h"
#include "policy/runtime/ports.h"
#include "sim/engine.h"

namespace firedrill::models {

class MemberAccess final : public policy::Members, private policy::Registration::Owner {
 public:
  /// The ways outlive this. `home`: the cluster that the process runs in; "" for components of the
  /// control plane.
  MemberAccess(Requests& requests,
               timeline::Recorder& recorder,
               WorldMembers& members,
               MemberWays& ways,
               std::string home);
  ~MemberAccess();

  policy::Await<policy::ProbeAnswer> probe(std::string cluster, std::string path) override;
  policy::Await<policy::MemberOutcome> apply(std::string cluster,
                                             api::Manifest manifest,
                                             bool overwrite) override;
  policy::Await<policy::MemberOutcome> remove(std::string cluster,
                                              api::ResourceReference object) override;
  policy::Await<policy::MemberOutcome> release(std::string cluster,
                                               api::ResourceReference object) override;
  [[nodiscard]] std::shared_ptr<const policy::MemberObject> observe(
      std::string_view cluster, const api::ResourceReference& object) const override;
  [[nodiscard]] policy::Inventory inventory(std::string_view cluster) const override;
  [[nodiscard]] std::vector<api::ApiEnablement> api_enablements(
      std::string_view cluster) const override;
  [[nodiscard]] std::string version(std::string_view cluster) const override;
  [[nodiscard]] policy::Registration watch(Handler handler) override;

  /// An object in a member changed; it will be seen after the watch's latency.
  void object_changed(const std::string& cluster, const api::ResourceReference& object);
  /// The way to a cluster may be open again: deliver what was held.
  void reconnect(const std::string& cluster);

 private:
  using Snapshot = std::shared_ptr<const policy::MemberObject>;

  struct Delivery {
    sim::Time due{};
    std::uint64_t cause = 0;
    api::ResourceReference object;
    Snapshot state;
  };
  struct ClusterWatch {
    std::map<api::Name, Snapshot, std::less<>> seen;  ///< By name of the workload.
    std::deque<Delivery> deliveries;
    sim::Time last_due{};  ///< No event overtakes an earlier one.
    sim::EventHandle drain;
  };

  /// What becomes of a request that is sent now, as far as the network decides it.
  struct Plan {
    enum class Fate : std::uint8_t {
      passes,      ///< It gets through if the way is open when it arrives.
      refused,     ///< It is turned away.
      lost,        ///< It vanishes.
      unanswered,  ///< It is carried out, but the answer vanishes.
    };
    Trip trip;
    Fate fate = Fate::passes;
  };

  [[nodiscard]] const WorldMember& member(std::string_view cluster) const;
  [[nodiscard]] bool is_home(const WorldMember& member) const { return member.spec.name == home_; }
  /// Whether requests of this process reach the member's API server now.
  [[nodiscard]] bool reaches(const WorldMember& member) const;
  /// Whether what the member sends reaches this process now.
  [[nodiscard]] bool hears(const WorldMember& member) const;
  /// A request on which the member spends `work`.
  [[nodiscard]] Plan plan(WorldMember& member, sim::Duration work);
  /// Whether this process has what it needs to ask the member at all.
  [[nodiscard]] bool has_client(const WorldMember& member) const;
  /// `about`: what the request is about.
  policy::Await<policy::MemberOutcome> send(
      std::string cluster,
      const api::ResourceReference& about,
      std::function<policy::MemberOutcome(MemberCluster&)> request);
  [[nodiscard]] policy::ProbeAnswer answer(const WorldMember& member) const;
  [[nodiscard]] Plan plan_probe(WorldMember& member);
  void note_answer(WorldMember& member, const std::string& answer);
  void arm(const std::string& cluster, ClusterWatch& watch);
  void drain(const std::string& cluster);
  void release(std::uint64_t id) override { handlers_.erase(id); }

  Requests& requests_;
  sim::Engine& engine_;
  timeline::Recorder& recorder_;
  WorldMembers& members_;
  MemberWays& ways_;
  std::string home_;
  std::map<std::string, ClusterWatch, std::less<>> watches_;
  std::map<std::uint64_t, Handler> handlers_;
  std::uint64_t next_handler_ = 0;
};

}  // namespace firedrill::models
