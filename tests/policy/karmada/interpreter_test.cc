/// What the control plane understands of a kind: the native rules where nobody customized it, and
/// a customization in their place where somebody did.

#include "policy/karmada/propagation/interpreter.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::policy::karmada {
namespace {

using nlohmann::json;

MemberObject object(const std::string& api_version, const std::string& kind, json status) {
  MemberObject found;
  found.manifest.resource = {api_version, kind, "default", "one", "uid"};
  found.manifest.replicas = 2;
  found.manifest.injected_labels = {{"resume", "fd58bf"}};
  found.generation = 4;
  found.status.document = api::Json(std::move(status));
  return found;
}

KindCustomization reading(const std::string& path, std::vector<std::string> healthy) {
  return {.revises_replicas = false,
          .health = api::JsonPath::parse(path).value(),
          .healthy = std::move(healthy)};
}

TEST(Interpreter, RevisesReplicasOfDeploymentsStatefulSetsAndJobs) {
  const ResourceInterpreter& native = ResourceInterpreter::native();
  EXPECT_TRUE(native.revises_replicas("apps/v1", "Deployment"));
  EXPECT_TRUE(native.revises_replicas("apps/v1", "StatefulSet"));
  EXPECT_TRUE(native.revises_replicas("batch/v1", "Job"));
  EXPECT_FALSE(native.revises_replicas("apps/v1", "DaemonSet"));
  EXPECT_FALSE(native.revises_replicas("apps/v1beta1", "Deployment"));
  EXPECT_FALSE(native.revises_replicas("v1", "ConfigMap"));
}

TEST(Interpreter, NativeHealthLooksAtGenerationAndReplicas) {
  const ResourceInterpreter& native = ResourceInterpreter::native();
  MemberObject copy = object("apps/v1", "Deployment", nullptr);
  copy.status = {.observed_generation = 4, .replicas = 2, .updated = 2, .ready = 2, .available = 2};
  EXPECT_EQ(native.health(copy), "Healthy");
  copy.status.observed_generation = 3;
  EXPECT_EQ(native.health(copy), "Unhealthy");
  copy.status.observed_generation = 4;
  copy.status.available = 1;
  EXPECT_EQ(native.health(copy), "Unhealthy");
}

TEST(Interpreter, AKindWithoutARuleIsHealthyAndNeverLookedAt) {
  const ResourceInterpreter& native = ResourceInterpreter::native();
  EXPECT_FALSE(native.has_health_rule("example.io/v1", "Gadget"));
  EXPECT_EQ(native.health(object("example.io/v1", "Gadget", json::object())), "Healthy");
}

TEST(Interpreter, ACustomRuleReadsTheWholeObject) {
  ResourceInterpreter custom;
  custom.customize("example.io/v1", "Gadget", reading("{.status.phase}", {"Up", "Busy"}));
  EXPECT_TRUE(custom.has_health_rule("example.io/v1", "Gadget"));
  EXPECT_FALSE(custom.has_health_rule("example.io/v1", "Other"));
  EXPECT_EQ(custom.health(object("example.io/v1", "Gadget", {{"phase", "Up"}})), "Healthy");
  EXPECT_EQ(custom.health(object("example.io/v1", "Gadget", {{"phase", "Busy"}})), "Healthy");
  EXPECT_EQ(custom.health(object("example.io/v1", "Gadget", {{"phase", "Down"}})), "Unhealthy");
  for (const auto& [path, value] :
       {std::pair("{.spec.replicas}", "2"), std::pair("{.metadata.labels.resume}", "fd58bf"),
        std::pair("{.metadata.generation}", "4"), std::pair("{.metadata.name}", "one"),
        std::pair("{.kind}", "Gadget")}) {
    custom.customize("example.io/v1", "Gadget", reading(path, {value}));
    EXPECT_EQ(custom.health(object("example.io/v1", "Gadget", json::object())), "Healthy") << path;
  }
}

TEST(Interpreter, ARuleThatCannotReadTheObjectSaysUnknown) {
  ResourceInterpreter custom;
  custom.customize("example.io/v1", "Gadget", reading("{.status.phase}", {"Up"}));
  EXPECT_EQ(custom.health(object("example.io/v1", "Gadget", json::object())), "Unknown");
}

TEST(Interpreter, ACustomizationTakesThePlaceOfTheNativeRules) {
  ResourceInterpreter custom;
  KindCustomization nothing;
  custom.customize("apps/v1", "Deployment", nothing);
  EXPECT_FALSE(custom.revises_replicas("apps/v1", "Deployment"));
  EXPECT_FALSE(custom.has_health_rule("apps/v1", "Deployment"));
  EXPECT_EQ(custom.health(object("apps/v1", "Deployment", json::object())), "Healthy");
  EXPECT_TRUE(custom.revises_replicas("apps/v1", "StatefulSet")) << "other kinds keep theirs";

  KindCustomization counted;
  counted.revises_replicas = true;
  custom.customize("example.io/v1", "Gadget", counted);
  EXPECT_TRUE(custom.revises_replicas("example.io/v1", "Gadget"));
}

}  // namespace
}  // namespace firedrill::policy::karmada
