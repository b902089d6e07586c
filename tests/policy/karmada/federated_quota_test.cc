#include "policy/karmada/admission/federated_quota.h"

#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

using Quotas = std::vector<std::shared_ptr<const api::FederatedResourceQuota>>;

api::Quantity amount(const char* text) {
  return api::Quantity::parse(text).value();
}

api::ResourceBinding web(std::vector<api::TargetCluster> clusters) {
  api::ResourceBinding binding;
  binding.metadata.space = "shop";
  binding.spec.replica_requirements.emplace().resource_request = {{"cpu", amount("500m")},
                                                                  {"memory", amount("1Gi")}};
  binding.spec.clusters = std::move(clusters);
  return binding;
}

Quotas quota(const char* cpu, const char* used) {
  api::FederatedResourceQuota made;
  made.metadata.space = "shop";
  made.metadata.name = "team";
  made.spec.overall = {{"cpu", amount(cpu)}, {"gpu", amount("1")}};
  made.status.overall_used = {{"cpu", amount(used)}};
  return {std::make_shared<const api::FederatedResourceQuota>(made)};
}

TEST(QuotaUsage, IsTheRequestTimesAllReplicas) {
  const api::ResourceList usage = quota_usage(web({{"a", 3}, {"b", 2}}).spec);
  EXPECT_EQ(usage.at("cpu"), amount("2500m"));
  EXPECT_EQ(usage.at("memory"), amount("5Gi"));
  EXPECT_TRUE(quota_usage(api::BindingSpec{}).empty());
}

TEST(QuotaUsage, OfComponentsIsASetForEachCluster) {
  api::BindingSpec spec;
  spec.components = {{.name = "jobManager", .replicas = 1}, {.name = "taskManager", .replicas = 3}};
  spec.components[1].requirements.emplace().resource_request = {{"cpu", amount("2")}};
  spec.clusters = {{"a", 0}, {"b", 0}};
  EXPECT_EQ(quota_usage(spec).at("cpu"), amount("12"));
}

TEST(QuotaReview, WhatFitsIsAddedToTheSum) {
  const QuotaReview review = review_quotas(web({}), web({{"a", 4}}), quota("5", "3"));
  EXPECT_FALSE(review.refusal);
  ASSERT_EQ(review.used.size(), 1U);
  EXPECT_EQ(review.used[0].second, (api::ResourceList{{"cpu", amount("5")}}));
}

TEST(QuotaReview, WhatExceedsIsRefusedInTheReferencesWords) {
  const QuotaReview review = review_quotas(web({}), web({{"a", 5}}), quota("5", "3"));
  EXPECT_EQ(review.refusal,
            "FederatedResourceQuota(shop/team) exceeded for resource cpu: requested sum 5500m, "
            "limit 5.");
  EXPECT_TRUE(review.used.empty());
}

TEST(QuotaReview, ADecreaseThatStaysAboveTheLimitIsRefusedToo) {
  EXPECT_TRUE(review_quotas(web({{"a", 4}}), web({{"a", 3}}), quota("2", "9")).refusal);
  const QuotaReview enough = review_quotas(web({{"a", 4}}), web({}), quota("2", "2"));
  ASSERT_EQ(enough.used.size(), 1U);
  EXPECT_TRUE(enough.used[0].second.empty()) << "sums of nothing vanish";
}

TEST(QuotaReview, OnlyAmountsThatChangeAndAreBoundedCount) {
  EXPECT_TRUE(review_quotas(web({{"a", 4}}), web({{"b", 4}}), quota("1", "9")).used.empty());
  EXPECT_FALSE(review_quotas(web({{"a", 4}}), web({{"b", 4}}), quota("1", "9")).refusal)
      << "a move uses no more";
  Quotas other = quota("1", "9");
  api::FederatedResourceQuota gpu = *other[0];
  gpu.spec.overall.erase("cpu");
  other[0] = std::make_shared<const api::FederatedResourceQuota>(gpu);
  EXPECT_FALSE(review_quotas(web({}), web({{"a", 50}}), other).refusal);
}

}  // namespace
}  // namespace firedrill::policy::karmada
