#include "policy/api/labels.h"

#include <gtest/gtest.h>

#include "vectors.h"

namespace firedrill::api {
namespace {

using nlohmann::json;
using test::Vector;

Labels labels_of(const json& object, const char* key) {
  return object.contains(key) ? object.at(key).get<Labels>() : Labels();
}

LabelSelector selector_of(const json& object) {
  LabelSelector selector{labels_of(object, "matchLabels"), {}};
  for (const auto& item : object.value("matchExpressions", json::array())) {
    selector.match_expressions.push_back({item.value("key", ""), item.value("operator", ""),
                                          item.value("values", std::vector<std::string>())});
  }
  return selector;
}

class LabelSelectorVector : public testing::TestWithParam<Vector> {};

TEST_P(LabelSelectorVector, MatchesKubernetes) {
  const Vector& vector = GetParam();
  std::optional<LabelSelector> selector;
  if (vector.input.contains("selector")) selector = selector_of(vector.input.at("selector"));
  const SelectorMatch outcome = match(selector, labels_of(vector.input, "labels"));
  if (vector.expected.contains("error")) {
    EXPECT_EQ(outcome, SelectorMatch::invalid);
  } else {
    EXPECT_EQ(outcome, vector.expected.at("matches").get<bool>() ? SelectorMatch::matches
                                                                 : SelectorMatch::differs);
  }
}

INSTANTIATE_TEST_SUITE_P(Conformance,
                         LabelSelectorVector,
                         testing::ValuesIn(test::load_vectors("label-selector")),
                         test::test_name);

const Labels production{{"env", "prod"}, {"rack", "12"}};

bool holds(LabelOperator op, std::string key, std::vector<std::string> values) {
  const auto requirement = Requirement::make(std::move(key), op, std::move(values));
  EXPECT_TRUE(requirement) << requirement.problem();
  return requirement->matches(production);
}

TEST(LabelSelector, AbsentMatchesNothingEmptyMatchesEverything) {
  EXPECT_EQ(match(std::optional<LabelSelector>(), production), SelectorMatch::differs);
  EXPECT_EQ(match(LabelSelector(), production), SelectorMatch::matches);
}

TEST(LabelSelector, NeedsAllOfItsConditions) {
  const LabelSelector selector{{{"env", "prod"}}, {{"rack", "NotIn", {"12", "13"}}}};
  EXPECT_EQ(match(selector, {{"env", "prod"}}), SelectorMatch::matches);
  EXPECT_EQ(match(selector, {{"env", "prod"}, {"rack", "14"}}), SelectorMatch::matches);
  EXPECT_EQ(match(selector, production), SelectorMatch::differs);
  EXPECT_EQ(match(selector, {}), SelectorMatch::differs);
}

TEST(LabelSelector, AdmitsFewerOperatorsThanARequirement) {
  EXPECT_EQ(match(LabelSelector{{}, {{"rack", "Gt", {"1"}}}}, production), SelectorMatch::invalid);
  EXPECT_EQ(match(LabelSelector{{}, {{"rack", "in", {"1"}}}}, production), SelectorMatch::invalid);
  EXPECT_EQ(match(LabelSelector{{}, {{"rack", "=", {"12"}}}}, production), SelectorMatch::invalid);
}

TEST(LabelSelector, IsInvalidAsAWholeIfOneConditionIs) {
  EXPECT_EQ(match(LabelSelector{{{"bad key", "x"}}, {}}, production), SelectorMatch::invalid);
  EXPECT_EQ(match(LabelSelector{{{"env", "bad value"}}, {}}, production), SelectorMatch::invalid);
  EXPECT_EQ(match(LabelSelector{{{"env", "no"}}, {{"rack", "In", {}}}}, production),
            SelectorMatch::invalid);
}

TEST(Requirement, HoldsSetsAgainstALabel) {
  EXPECT_TRUE(holds(LabelOperator::in, "env", {"test", "prod"}));
  EXPECT_FALSE(holds(LabelOperator::in, "env", {"test"}));
  EXPECT_FALSE(holds(LabelOperator::in, "zone", {"a"}));
  EXPECT_TRUE(holds(LabelOperator::not_in, "env", {"test"}));
  EXPECT_TRUE(holds(LabelOperator::not_in, "zone", {"a"})) << "a missing label is not in any set";
  EXPECT_TRUE(holds(LabelOperator::exists, "env", {}));
  EXPECT_TRUE(holds(LabelOperator::does_not_exist, "zone", {}));
}

TEST(Requirement, HoldsASingleValueAgainstALabel) {
  EXPECT_TRUE(holds(LabelOperator::equals, "env", {"prod"}));
  EXPECT_TRUE(holds(LabelOperator::double_equals, "env", {"prod"}));
  EXPECT_FALSE(holds(LabelOperator::not_equals, "env", {"prod"}));
  EXPECT_TRUE(holds(LabelOperator::not_equals, "zone", {"a"}));
}

TEST(Requirement, ComparesIntegersAsIntegers) {
  EXPECT_TRUE(holds(LabelOperator::greater_than, "rack", {"9"})) << "12 > 9, though \"12\" < \"9\"";
  EXPECT_FALSE(holds(LabelOperator::greater_than, "rack", {"12"}));
  EXPECT_TRUE(holds(LabelOperator::less_than, "rack", {"13"}));
  EXPECT_FALSE(holds(LabelOperator::greater_than, "env", {"1"})) << "prod is no integer";
  EXPECT_FALSE(holds(LabelOperator::less_than, "zone", {"1"})) << "no such label";
}

TEST(Requirement, NeedsAsManyValuesAsItsOperatorTakes) {
  EXPECT_FALSE(Requirement::make("a", LabelOperator::in, {}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::not_in, {}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::exists, {"x"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::does_not_exist, {"x"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::equals, {}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::not_equals, {"x", "y"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::greater_than, {"1", "2"}));
  EXPECT_TRUE(Requirement::make("a", LabelOperator::in, {""}));
}

TEST(Requirement, NeedsAnIntegerThatIsALabelValueForGtAndLt) {
  EXPECT_TRUE(Requirement::make("a", LabelOperator::greater_than, {"007"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::greater_than, {"x"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::greater_than, {"1.5"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::less_than, {"-1"}));
  EXPECT_FALSE(Requirement::make("a", LabelOperator::less_than, {"9223372036854775808"}));
}

TEST(LabelOperator, IsSpelledExactly) {
  EXPECT_EQ(find_label_operator("DoesNotExist"), LabelOperator::does_not_exist);
  EXPECT_EQ(find_label_operator("!="), LabelOperator::not_equals);
  EXPECT_EQ(find_label_operator("in"), std::nullopt);
  EXPECT_EQ(find_label_operator(""), std::nullopt);
}

TEST(LabelSyntax, OfKeys) {
  for (const char* key :
       {"a", "A-b_c.d", "example.com/name", "a.b-c/X", "0", "kubernetes.io/hostname"}) {
    EXPECT_TRUE(is_qualified_name(key)) << key;
  }
  for (const char* key : {"", "/a", "a/", "a/b/c", "-a", "a-", "a b", "Example.com/name",
                          "exa_mple/name", "a..b/c", ".a/b", "\xC3\xA4", "a\n"}) {
    EXPECT_FALSE(is_qualified_name(key)) << key;
  }
  EXPECT_TRUE(is_qualified_name(std::string(253, 'a') + '/' + std::string(63, 'b')));
  EXPECT_FALSE(is_qualified_name(std::string(254, 'a') + "/b"));
  EXPECT_FALSE(is_qualified_name(std::string(64, 'b')));
}

TEST(LabelSyntax, OfValues) {
  EXPECT_TRUE(is_label_value(""));
  EXPECT_TRUE(is_label_value("1e06"));
  EXPECT_TRUE(is_label_value(std::string(63, 'x')));
  EXPECT_FALSE(is_label_value(std::string(64, 'x')));
  EXPECT_FALSE(is_label_value("1e+06"));
  EXPECT_FALSE(is_label_value("a/b"));
  EXPECT_FALSE(is_label_value("_a"));
}

TEST(NameSyntax, OfDnsLabelsAndSubdomains) {
  EXPECT_TRUE(is_dns1123_label("member-1"));
  EXPECT_FALSE(is_dns1123_label("member.1"));
  EXPECT_FALSE(is_dns1123_label("Member"));
  EXPECT_FALSE(is_dns1123_label(std::string(64, 'a')));
  EXPECT_FALSE(is_dns1123_label(""));
  EXPECT_TRUE(is_dns1123_subdomain("a.b-c.d"));
  EXPECT_TRUE(is_dns1123_subdomain(std::string(253, 'a')))
      << "a label inside may be longer than 63";
  EXPECT_FALSE(is_dns1123_subdomain("a."));
  EXPECT_FALSE(is_dns1123_subdomain("a.-b"));
  EXPECT_FALSE(is_dns1123_subdomain(""));
}

TEST(NameSyntax, DoesNotMindHostileLength) {
  EXPECT_FALSE(is_qualified_name(std::string(10'000'000, '/')));
  EXPECT_FALSE(is_dns1123_subdomain(std::string(10'000'000, '.')));
}

}  // namespace
}  // namespace firedrill::api
