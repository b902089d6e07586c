#include "policy/api/json_path.h"

#include <map>

#include <gtest/gtest.h>

#include "vectors.h"

namespace firedrill::api {
namespace {

using nlohmann::json;
using test::Vector;

constexpr std::string_view failed = "(problem)";

/// The text of `path` over `document`, or `failed`.
std::string evaluate(std::string_view path, const json& document) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return std::string(failed);
  const auto text = parsed->evaluate(document);
  return text ? *text : std::string(failed);
}

/// What Karmada preserves of a status: one label a rule, the later of two with the same name, none
/// at all if one rule fails.
json preserved_labels(const json& input) {
  json labels = json::object();
  for (const json& rule : input.value("rules", json::array())) {
    const auto path = JsonPath::parse(rule.value("jsonPath", ""));
    const json status = json::parse(input.value("rawStatus", ""), nullptr, false);
    if (!path || status.is_discarded()) return {{"error", true}};
    const auto text = path->evaluate(status);
    if (!text) return {{"error", true}};
    labels[rule.value("aliasLabelName", "")] = *text;
  }
  return {{"labels", labels}};
}

class JsonPathVector : public testing::TestWithParam<Vector> {};

TEST_P(JsonPathVector, MatchesKarmada) {
  const Vector& vector = GetParam();
  EXPECT_EQ(preserved_labels(vector.input), vector.expected);
}

INSTANTIATE_TEST_SUITE_P(Conformance,
                         JsonPathVector,
                         testing::ValuesIn(test::load_vectors("jsonpath")),
                         test::test_name);

const json status = json::parse(R"({"jobStatus": {
  "jobID": "fd58bf", "state": "RUNNING", "n": 3, "mil": 1000000, "f": 1.5, "b": true, "nul": null, "empty": "",
  "obj": {"b": 1, "a": "x"}, "arr": ["p", "q", "r"], "objs": [{"name": "a", "v": 1}, {"name": "b", "v": 2}],
  "a.b": "dotted"}})");

TEST(JsonPath, ReadsAFieldInManySpellings) {
  for (const char* path :
       {"{.jobStatus.jobID}", "{ .jobStatus.jobID }", "{$.jobStatus.jobID}", "{@.jobStatus.jobID}",
        "{.jobStatus['jobID']}", "{['jobStatus'].jobID}", "{..jobID}"}) {
    EXPECT_EQ(evaluate(path, status), "fd58bf") << path;
  }
}

TEST(JsonPath, KeepsTextOutsideOfBraces) {
  EXPECT_EQ(evaluate(".jobStatus.jobID", status), ".jobStatus.jobID") << "a constant, and no error";
  EXPECT_EQ(evaluate("id-{.jobStatus.jobID}-{.jobStatus.n}", status), "id-fd58bf-3");
  EXPECT_EQ(evaluate("{.jobStatus.jobID}}", status), "fd58bf}");
  EXPECT_EQ(evaluate("", status), "");
}

TEST(JsonPath, PrintsLoneValues) {
  EXPECT_EQ(evaluate("{.jobStatus.n}", status), "3");
  EXPECT_EQ(evaluate("{.jobStatus.mil}", status), "1e+06");
  EXPECT_EQ(evaluate("{.jobStatus.f}", status), "1.5");
  EXPECT_EQ(evaluate("{.jobStatus.b}", status), "true");
  EXPECT_EQ(evaluate("{.jobStatus.nul}", status), "null");
  EXPECT_EQ(evaluate("{.jobStatus.empty}", status), "");
  EXPECT_EQ(evaluate("{}", json()), "<no value>");
}

TEST(JsonPath, PrintsNumbersAsGoDoes) {
  const std::map<std::string, std::string> numbers{{"999999", "999999"},
                                                   {"1000000", "1e+06"},
                                                   {"1234567", "1.234567e+06"},
                                                   {"0.0001", "0.0001"},
                                                   {"0.00001", "1e-05"},
                                                   {"123456789012345678", "1.2345678901234568e+17"},
                                                   {"-1.5e300", "-1.5e+300"},
                                                   {"9007199254740993", "9.007199254740992e+15"},
                                                   {"-0.0", "-0"}};
  for (const auto& [text, printed] : numbers) {
    EXPECT_EQ(evaluate("{.x}", json::parse("{\"x\":" + text + "}")), printed);
  }
}

TEST(JsonPath, PrintsNumbersInsideOfJsonDifferently) {
  const json document = json::parse(
      R"({"x": [1000000, 123456789012345678901, 1e20, 1e21, 0.000001, 0.0000001, 1.5e-10, 0, -0.0, -2.5]})");
  EXPECT_EQ(evaluate("{.x}", document),
            "[1000000,123456789012345680000,100000000000000000000,1e+21,0.000001,1e-7,1.5e-10,0,-0,"
            "-2.5]");
}

TEST(JsonPath, PrintsObjectsAndArraysAsGoJson) {
  EXPECT_EQ(evaluate("{.jobStatus.obj}", status), R"({"a":"x","b":1})");
  EXPECT_EQ(evaluate("{.jobStatus.arr}", status), R"(["p","q","r"])");
  EXPECT_EQ(evaluate("{.x}", {{"x", {"<a&b>", "\"\\\n\t\x01\x7F", "\u2028\u20AC"}}}),
            "[\"\\u003ca\\u0026b\\u003e\",\"\\\"\\\\\\n\\t\\u0001\x7F\",\"\\u2028\u20AC\"]");
  EXPECT_EQ(evaluate("{.x}", {{"x", "<a&b>"}}), "<a&b>") << "a lone string goes as it is";
}

TEST(JsonPath, IndexesAndSlices) {
  EXPECT_EQ(evaluate("{.jobStatus.arr[0]}", status), "p");
  EXPECT_EQ(evaluate("{.jobStatus.arr[-1]}", status), "r");
  EXPECT_EQ(evaluate("{.jobStatus.arr[*]}", status), "p q r");
  EXPECT_EQ(evaluate("{.jobStatus.arr[0:2]}", status), "p q");
  EXPECT_EQ(evaluate("{.jobStatus.arr[1:]}", status), "q r");
  EXPECT_EQ(evaluate("{.jobStatus.arr[::2]}", status), "p r");
  EXPECT_EQ(evaluate("{.jobStatus.arr[0,2]}", status), "p r");
  EXPECT_EQ(evaluate("{.jobStatus.arr[1:1]}", status), "") << "an empty slice is no error";
  EXPECT_EQ(evaluate("{.jobStatus.arr[9:9]}", status), "");
}

TEST(JsonPath, RefusesBadIndices) {
  for (const char* index :
       {"[5]", "[-4]", "[0:4]", "[2:1]", "[0:2:0]", "[0:2:-1]", "[jobID]", "[1", "[(1)]",
        "[9223372036854775807]", "[99999999999999999999]", "[-]", "[1:2:3:4]"}) {
    EXPECT_EQ(evaluate(std::string("{.jobStatus.arr") + index + "}", status), failed) << index;
  }
  EXPECT_EQ(evaluate("{.jobStatus.obj[0]}", status), failed);
  EXPECT_EQ(evaluate("{.jobStatus.nul[0]}", status), "") << "of a null nothing is asked";
}

TEST(JsonPath, RefusesMissingKeys) {
  for (const char* path :
       {"{.status.jobStatus.jobID}", "{.jobStatus.missing}", "{.missing.x}", "{.jobStatus.nul.x}",
        "{.jobStatus.jobID.x}", "{.}", "{.jobStatus.a.b}", "{.jobStatus['a.b']}"}) {
    EXPECT_EQ(evaluate(path, status), failed) << path;
  }
}

TEST(JsonPath, EscapesDotsWithABackslash) {
  EXPECT_EQ(evaluate("{.jobStatus.a\\.b}", status), "dotted");
  EXPECT_EQ(evaluate("{.jobStatus['a\\.b']}", status), "dotted");
}

TEST(JsonPath, Filters) {
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.name==\"b\")].v}", status), "2");
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.name=='b')].v}", status), "2");
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.name=='zz')].v}", status), "") << "no hit is no error";
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.v>1.5)].name}", status), "b");
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.v<=1.0)].name}", status), "a");
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.name)].name}", status), "a b");
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.missing)].name}", status), "");
  EXPECT_EQ(evaluate("{.jobStatus.arr[?(@>='q')]}", status), "q r");
}

TEST(JsonPath, RefusesComparisonsItCannotMake) {
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.v>1)].name}", status), failed)
      << "1 is an integer, .v is a double";
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.v>'1')].name}", status), failed);
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@=='a')].name}", status), failed)
      << "objects have no order";
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.name=~'a')].name}", status), failed);
  EXPECT_EQ(evaluate("{.jobStatus.objs[?(@.*=='a')].name}", status), failed)
      << "two values on one side";
  EXPECT_EQ(evaluate("{.jobStatus.obj[?(@.a)]}", status), failed) << "only arrays are filtered";
}

TEST(JsonPath, TakesSomeErrorsInAFilterForExistence) {
  const json document = {{"x", {{{"l", {1}}}, {{"m", 2}}}}};
  EXPECT_EQ(evaluate("{.x[?(@.l[7])]}", document), R"({"l":[1]})")
      << "a bad index leaves its input standing";
  EXPECT_EQ(evaluate("{.x[?(@.zz[7])]}", document), "");
}

TEST(JsonPath, Ranges) {
  EXPECT_EQ(evaluate("{range .jobStatus.objs[*]}{.name}{\"-\"}{end}", status), "a-b-");
  EXPECT_EQ(evaluate("{range .jobStatus.objs[*]}{range .name}{@}{end};{end}.", status), "a;b;.");
  EXPECT_EQ(evaluate("{range .jobStatus.objs[*]}x", status), "xxx")
      << "without an end, it runs once more, over all";
  EXPECT_EQ(evaluate("{range .jobStatus.objs[9:9]}x{end}y", status), "y");
  EXPECT_EQ(evaluate("{range .jobStatus.objs[9:9]}{.name}{end}", status), failed)
      << "the body runs over nothing";
  EXPECT_EQ(evaluate("{end}", status), failed);
}

TEST(JsonPath, VisitsKeysInOrder) {
  EXPECT_EQ(evaluate("{.jobStatus.obj.*}", status), "x 1");
  EXPECT_EQ(evaluate("{.jobStatus.objs[*].*}", status), "a 1 b 2");
  EXPECT_EQ(evaluate("{.jobStatus.objs..}", status),
            R"([{"name":"a","v":1},{"name":"b","v":2}] {"name":"a","v":1} a {"name":"b","v":2} b)")
      << "of scalars only texts have something below them: their bytes";
  EXPECT_EQ(evaluate("{.jobStatus.state.*}", status), "82 85 78 78 73 78 71");
}

TEST(JsonPath, ResolvesEscapesInQuotes) {
  EXPECT_EQ(evaluate(R"({"a\tb\n"})", {}), "a\tb\n");
  EXPECT_EQ(evaluate(R"({'it\'s'})", {}), "it's");
  EXPECT_EQ(evaluate(R"({"\x41\101\u00e9\U0001F600"})", {}), "AA\u00E9\U0001F600");
  EXPECT_EQ(evaluate(R"({"\xff"})", {}), "\uFFFD") << "never invalid UTF-8";
  for (const char* text :
       {R"({"\q"})", R"({"\'"})", R"({"\ud800"})", R"({"\400"})", R"({"\x4"})", R"({"open})"}) {
    EXPECT_EQ(evaluate(text, {}), failed) << text;
  }
}

TEST(JsonPath, RefusesMalformedTemplates) {
  for (const char* path :
       {"{", "{.a", "{.a[0}", "{jobStatus}", "{.jobStatus.jobID .jobStatus.state}", "{....a}",
        "{#}", "{.a\n}", "{1.2.3}", "{[?(@.a]}", "{[?(@.a)}", "{-}", "{[,]}", "{\t.a}"}) {
    EXPECT_EQ(evaluate(path, {{"a", 1}}), failed) << path;
  }
}

TEST(JsonPath, SaysWhatIsWrong) {
  EXPECT_EQ(JsonPath::parse("{.a").problem(), "unclosed action");
  EXPECT_EQ(JsonPath::parse("{.a}{.b.c}")->evaluate({{"a", 1}}).problem(), "b is not found");
}

TEST(JsonPath, SurvivesHostileTemplates) {
  std::string ranges;
  for (int i = 0; i < 500; ++i)
    ranges += "{range}";
  EXPECT_EQ(evaluate(ranges, json::array({1})), failed) << "each one doubles the work";
  std::string filters = "@";
  for (int i = 0; i < 500; ++i)
    filters = "@[?(" + filters + ")]";
  EXPECT_EQ(evaluate("{" + filters + "}", json::array({1})), failed);
  EXPECT_EQ(evaluate(std::string(1'000'000, 'x'), {}), failed);
  EXPECT_EQ(evaluate("{" + std::string(4'000, '['), {}), failed);
}

TEST(JsonPath, SurvivesHostileDocuments) {
  json deep = json::array();
  for (int i = 0; i < 20'000; ++i) {
    json outer = json::array();
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  EXPECT_EQ(evaluate("{}", deep), failed) << "too deep to print";
  EXPECT_EQ(evaluate("{..x}", deep), failed) << "but not to search";
}

TEST(JsonPath, LimitsItsWorkAndItsOutput) {
  const json wide(2'000, 1);
  EXPECT_EQ(evaluate("{range [*]}x{end}", wide), std::string(2'000, 'x'));
  EXPECT_EQ(evaluate("{range $[*]}{range $}x{end}{end}", wide), std::string(2'000, 'x'));
  const json square(1'000, wide);
  EXPECT_EQ(evaluate("{[*][*]}", square), failed) << "two million values";
  EXPECT_EQ(evaluate("{[?(@[?(@[*])])]}", square), failed);
  EXPECT_EQ(evaluate("{.x}{.x}", {{"x", std::string(600'000, 'y')}}), failed);
}

}  // namespace
}  // namespace firedrill::api
