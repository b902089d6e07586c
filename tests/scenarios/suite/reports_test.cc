// Reports for machines, read back by others' parsers.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "scenarios/suite/report.h"

namespace firedrill::scenarios {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Names and messages that are hard on formats.
SuiteReport hostile() {
  SuiteFile broken{.path = "a/<b>&\"c\".json"};
  broken.cases = {{.name = "invariants", .seconds = 0.25},
                  {.name = "/expect/0 event ]]> \x01\x1b[31m \xff\xfe \xef\xbf\xbf",
                   .outcome = Outcome::failed,
                   .message = "expected <x a=\"1\"> & 'y'\tactual\nz|`*\r",
                   .details = "```\nline <2>\nline \x02 3\n",
                   .seconds = 0.5},
                  {.name = "golden", .outcome = Outcome::error, .message = "a.json:1:1: &amp;"}};
  broken.notes = {"a.timeline.jsonl: written anew <&>"};
  SuiteFile skipped{.path = "b.json"};
  skipped.cases = {{.name = "file", .outcome = Outcome::skipped, .message = "left out"}};
  return {.files = {broken, skipped}};
}

pugi::xml_document parsed(const std::string& text) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_string(text.c_str(), pugi::parse_full);
  EXPECT_TRUE(result) << result.description() << " at " << result.offset;
  return document;
}

TEST(JUnit, IsReadBackByASecondParser) {
  const pugi::xml_document document = parsed(suite_junit(hostile()));
  const pugi::xml_node suites = document.child("testsuites");
  EXPECT_EQ(suites.attribute("tests").as_int(), 4);
  EXPECT_EQ(suites.attribute("failures").as_int(), 1);
  EXPECT_EQ(suites.attribute("errors").as_int(), 1);
  EXPECT_EQ(suites.attribute("skipped").as_int(), 1);
  EXPECT_EQ(suites.attribute("time").as_double(), 0.75);
  const pugi::xml_node suite = suites.child("testsuite");
  EXPECT_STREQ(suite.attribute("name").value(), "a/<b>&\"c\".json");
  EXPECT_EQ(suite.attribute("tests").as_int(), 3);
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 0);
  EXPECT_EQ(suite.attribute("time").as_double(), 0.75);
  EXPECT_STREQ(suite.child_value("system-out"), "a.timeline.jsonl: written anew <&>\n");

  const pugi::xml_node failed = suite.child("testcase").next_sibling("testcase");
  EXPECT_STREQ(failed.attribute("classname").value(), "a/<b>&\"c\".json");
  EXPECT_STREQ(failed.attribute("name").value(),
               "/expect/0 event ]]> \ufffd\ufffd[31m \ufffd\ufffd \ufffd");
  const pugi::xml_node failure = failed.child("failure");
  EXPECT_STREQ(failure.attribute("message").value(), "expected <x a=\"1\"> & 'y'\tactual\nz|`*\r");
  EXPECT_STREQ(failure.attribute("type").value(), "ExpectationFailed");
  EXPECT_THAT(failure.child_value(), HasSubstr("expected <x a=\"1\"> & 'y'"));
  EXPECT_THAT(failure.child_value(), HasSubstr("line <2>\nline \ufffd 3\n"));
  EXPECT_STREQ(failed.next_sibling("testcase").child("error").attribute("message").value(),
               "a.json:1:1: &amp;");
  EXPECT_TRUE(suite.next_sibling("testsuite").child("testcase").child("skipped"));
}

TEST(JUnit, HoldsNoByteThatXmlForbids) {
  for (const char c : suite_junit(hostile()))
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20U);
}

TEST(Markdown, ShowsTotalsAndFailures) {
  const std::string page = suite_markdown(hostile());
  EXPECT_THAT(
      page, HasSubstr("## firedrill: failed\n\n2 files: 1 passed, 1 failed, 1 error, 1 skipped\n"));
  EXPECT_THAT(page, HasSubstr("| a/&lt;b&gt;&amp;\"c\".json | 1 | 1 | 1 | 0 |\n"));
  // The fence is longer than what stands in it.
  EXPECT_THAT(page, HasSubstr("````text\nexpected <x"));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(suite_markdown({}), HasSubstr("## firedrill: passed\n\n0 files: 0 passed\n"));
}

TEST(SuiteJson, IsReadBack) {
  SuiteReport report = hostile();
  report.files[0].cases[1].name = "/expect/0";
  const auto json = nlohmann::json::parse(suite_json(report));
  EXPECT_EQ(json["tests"], 4);
  EXPECT_EQ(json["files"][0]["file"], "a/<b>&\"c\".json");
  EXPECT_EQ(json["files"][0]["cases"][1]["outcome"], "failed");
  EXPECT_EQ(json["files"][1]["cases"][0]["message"], "left out");
}

}  // namespace
}  // namespace firedrill::scenarios
