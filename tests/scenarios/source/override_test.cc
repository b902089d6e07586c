#include "scenarios/source/override.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files.h"

namespace firedrill::scenarios {
namespace {

using testing::HasSubstr;

class Override : public Files {
 protected:
  std::string changed(const std::string& text, std::vector<std::string> overrides) {
    write("a.json", text);
    LoadOptions options;
    options.overrides = std::move(overrides);
    return loaded("a.json", options);
  }

  std::string refused(const std::string& text, std::vector<std::string> overrides) {
    write("a.json", text);
    LoadOptions options;
    options.overrides = std::move(overrides);
    return errors("a.json", options);
  }
};

TEST_F(Override, ReplacesAValue) {
  EXPECT_EQ(changed(R"({"simulation": {"seed": 1}})", {"/simulation/seed=7"}),
            R"({"simulation":{"seed":7}})");
}

TEST_F(Override, ReadsTheValueAsJsonIfItIsElseAsText) {
  EXPECT_EQ(changed("{}", {"/a=1.5", "/b=90s", "/c=\"1\"", "/d={\"x\": [true]}", "/e=", "/f=null",
                           "/g=a=b", "/h=[::1]:443"}),
            R"({"a":1.5,"b":"90s","c":"1","d":{"x":[true]},"e":"","f":null,"g":"a=b",)"
            R"("h":"[::1]:443"})");
}

TEST_F(Override, CreatesObjectsOnTheWayWithinObjects) {
  EXPECT_EQ(changed(R"({"a": {"n": null}})", {"/a/b/c=1", "/a/n/0=2", "/x~1y/z=3"}),
            R"({"a":{"b":{"c":1},"n":{"0":2}},"x/y":{"z":3}})");
}

TEST_F(Override, AppendsWithADash) {
  EXPECT_EQ(changed(R"({"l": []})", {"/l/-=1", "/l/-={\"a\":1}", "/l/1/b=2"}),
            R"({"l":[1,{"a":1,"b":2}]})");
}

TEST_F(Override, AppendsToAListThatIsNotThereYet) {
  EXPECT_EQ(changed(R"({"n": null})", {"/l/-=1", "/l/-=2", "/n/-={\"a\":1}", "/x/y/-=3"}),
            R"({"l":[1,2],"n":[{"a":1}],"x":{"y":[3]}})");
}

TEST_F(Override, ChangesAnElement) {
  EXPECT_EQ(changed("[1, 2, {}]", {"/1=9", "/2/x=y"}), R"([1,9,{"x":"y"}])");
}

TEST_F(Override, MayIncludeAFile) {
  write("policy.json", R"([{"kind": "A"}, {"kind": "B"}])");
  EXPECT_EQ(changed(R"({"objects": []})", {R"(/objects={"include": "policy.json"})"}),
            R"({"objects":[{"kind":"A"},{"kind":"B"}]})");
}

TEST_F(Override, NamesItselfInErrors) {
  const std::string text = R"({"a": "text", "l": [1], "e": []})";
  EXPECT_EQ(
      refused(text, {"/a/b=1"}),
      "--set /a/b=1: /a is a text, which has no parts; set the value itself, or another path");
  EXPECT_EQ(refused(text, {"/l/1=x"}),
            "--set /l/1=x: /l has no element \"1\"; a number from 0 to 0, or - to append");
  EXPECT_EQ(refused(text, {"/l/1/x=x"}),
            "--set /l/1/x=x: /l has no element \"1\"; a number from 0 to 0");
  EXPECT_EQ(refused(text, {"/e/-/x=1"}),
            "--set /e/-/x=1: /e has no element \"-\"; the list is empty; append with -");
  EXPECT_EQ(refused(text, {"/l/00=x"}),
            "--set /l/00=x: /l has no element \"00\"; a number from 0 to 0, or - to append");
  EXPECT_EQ(refused(text, {"/l/99999999999999999999999=x"}),
            "--set /l/99999999999999999999999=x: /l has no element \"99999999999999999999999\"; a "
            "number from 0 to 0, or - to append");
  EXPECT_EQ(refused(text, {"a=1"}),
            "--set a=1: no /json/pointer=value; write --set "
            "/simulation/seed=7");
  EXPECT_EQ(refused(text, {"/a"}),
            "--set /a: no /json/pointer=value; write --set "
            "/simulation/seed=7");
  EXPECT_EQ(refused(text, {"/a=\xff"}),
            "--set /a=\\xff: byte 0xff is no valid UTF-8; give valid UTF-8 text");
}

TEST_F(Override, ReportsAllWrongOnes) {
  static_cast<void>(refused("[]", {"/x=1", "/0=1", "y"}));
  EXPECT_EQ(diagnostics_.error_count(), 3U);
}

TEST_F(Override, KeepsTheDepthLimit) {
  std::string pointer;
  for (int i = 0; i < 1'000'000; ++i)
    pointer += "/a";
  EXPECT_THAT(refused("{}", {pointer + "=1"}), HasSubstr("more than 128 levels"));
  std::string nearly;
  for (int i = 0; i < 128; ++i)
    nearly += "/a";
  EXPECT_NE(changed("{}", {nearly + "=1"}), "");
  EXPECT_THAT(refused("{}", {nearly + "=[1]"}), HasSubstr("more than 128 levels"));
}

TEST_F(Override, IsThePlaceOfItsValues) {
  write("b.json", "[{\"x\": 1},\n{\"x\": 2}]");
  write("a.json", "{\"l\": [{\"include\": \"b.json\"}],\n\"o\": {\"k\": 1, \"m\": 2}}");
  LoadOptions options;
  options.overrides = {"/l/1/x=5", "/l/-={\"new\":1}", "/o/k=3", "/o/fresh/deep=4"};
  const auto document = load("a.json", options);
  ASSERT_TRUE(document.has_value()) << lines();
  EXPECT_EQ(place(*document, "/l/0/x"), "b.json:1:8");
  EXPECT_EQ(place(*document, "/l/1/x"), "--set /l/1/x=5:0:0");
  EXPECT_EQ(place(*document, "/l/1"), "b.json:2:1");
  EXPECT_EQ(place(*document, "/l/2/new"), "--set /l/-={\"new\":1}:0:0");
  EXPECT_EQ(place(*document, "/o/k"), "--set /o/k=3:0:0");
  EXPECT_EQ(place(*document, "/o/k", api::Anchor::key), "--set /o/k=3:0:0");
  EXPECT_EQ(place(*document, "/o/m"), "a.json:2:20");
  EXPECT_EQ(place(*document, "/o/fresh/deep"), "--set /o/fresh/deep=4:0:0");
  EXPECT_EQ(place(*document, "/o/fresh", api::Anchor::key), "--set /o/fresh/deep=4:0:0");
}

}  // namespace
}  // namespace firedrill::scenarios
