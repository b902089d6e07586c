#include "analysis/expect/expectation.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"

namespace firedrill::analysis {
namespace {

/// The problems of an expectation, rendered.
std::string problems(const char* text) {
  api::Diagnostics diagnostics;
  api::ReadContext context(diagnostics);
  Expectation expectation;
  api::read_json(nlohmann::json::parse(text), expectation, context);
  return diagnostics.render();
}

TEST(Expectation, TakesTheFormsOfTheProductPage) {
  for (const char* text : {
           R"({"metric": "workload.unavailability.max", "below": "90s"})",
           R"({"metric": "migrations.total", "workload": "shop/*", "between": [0, 4]})",
           R"({"event": {"kind": "WorkDeleting", "cluster": "member1", "workload": "shop/web-0"},
               "within": {"after": "10m", "before": "14m"}, "count": {"atMost": 2}})",
           R"({"never": {"kind": "GracefulEvictionTaskAdded", "cluster": "member2"}})",
           R"({"order": [{"kind": "TaintAdded"}, {"kind": "TaintRemoved"}]})",
           R"({"at": "59m", "workload": "shop/web-*", "readyReplicas": {"atLeast": 4}})",
           R"({"at": 60, "cluster": "a", "taints": [], "condition": {"status": "True"}})",
           R"({"always": true, "workload": "shop/web", "assignedReplicas": {"a": 4}})",
           R"({"always": {"after": "1m"}, "cluster": "*", "pendingReplicas": 0})",
           R"({"invariant": "no-capacity-overcommit", "seeds": {"share": 0.95}})",
           R"({"preflight": {"code": "NoOtherCandidate", "workload": "shop/*", "cluster": "a"}})",
           R"({"preflight": {"code": "State*"}, "count": 0})",
           R"({"final": {"sameAs": "x.json"}})",
           R"({"final": {"sameAs": "x.json"}, "workload": "shop/*", "seeds": {"share": 0.5}})",
       }) {
    EXPECT_EQ(problems(text), "") << text;
  }
}

TEST(Expectation, SurvivesWritingAndReading) {
  const auto json = nlohmann::json::parse(
      R"({"event": {"kind": "WorkDeleted"}, "within": {"after": "10m0s"}, "count": {"atLeast": 2}})");
  api::Diagnostics diagnostics;
  api::ReadContext context(diagnostics);
  Expectation expectation;
  api::read_json(json, expectation, context);
  nlohmann::json written;
  api::write_json(expectation, written);
  EXPECT_EQ(written, json);
}

TEST(Expectation, RefusesFormsThatDontFit) {
  EXPECT_NE(problems("{}").find("exactly one form"), std::string::npos);
  EXPECT_NE(
      problems(R"({"never": {"kind": "TaintAdded"}, "invariant": "x"})").find("exactly one form"),
      std::string::npos);
  EXPECT_NE(
      problems(R"({"metric": "workload.unavailabilty.max", "below": 1})").find("no such metric"),
      std::string::npos);
  EXPECT_NE(problems(R"({"metric": "migrations.total"})").find("bounds and metric"),
            std::string::npos);
  EXPECT_NE(problems(R"({"metric": "migrations.total", "between": [1]})").find("not two bounds"),
            std::string::npos);
  EXPECT_NE(problems(R"({"never": {"kind": "TaintAdded"}, "count": 1})").find("without event"),
            std::string::npos);
  EXPECT_NE(problems(R"({"at": "1m", "workload": "shop/web"})").find("nothing is said"),
            std::string::npos);
  EXPECT_NE(problems(R"({"at": "1m", "readyReplicas": 4})").find("nothing is said"),
            std::string::npos);
  EXPECT_NE(problems(R"({"at": "1m", "workload": "w", "taints": []})").find("those of clusters"),
            std::string::npos);
  EXPECT_NE(problems(R"({"always": false, "workload": "w", "readyReplicas": 1})")
                .find("true or a window"),
            std::string::npos);
  EXPECT_NE(problems(R"({"preflight": {"code": "Nothing*"}})").find("no such pre-flight code"),
            std::string::npos);
  EXPECT_NE(problems(R"({"preflight": {"code": "*"}, "within": {}})").find("within without event"),
            std::string::npos);
  EXPECT_NE(problems(R"({"final": {}})").find("sameAs"), std::string::npos);
  EXPECT_NE(problems(R"({"final": {"sameAs": "x.json"}, "cluster": "a"})")
                .find("a final state is one of workloads"),
            std::string::npos);
  EXPECT_NE(problems(R"({"final": {"sameAs": "x.json"}, "at": 1, "workload": "w",
                         "readyReplicas": 1})")
                .find("exactly one form"),
            std::string::npos);
  EXPECT_NE(problems(R"({"never": {"kind": "Taint"}})").find("no kind of event"),
            std::string::npos);
}

}  // namespace
}  // namespace firedrill::analysis
