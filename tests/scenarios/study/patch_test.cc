// What a study changes in a scenario's document: values at pointers with *, and JSON Patch.

#include "scenarios/study/patch.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::scenarios {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The document after the value was set; or what was wrong.
std::string set(const char* document, const char* pointer, const char* value) {
  json changed = json::parse(document);
  const auto problem = set_at(changed, pointer, json::parse(value));
  return problem ? problem->text : changed.dump();
}

TEST(SetAt, ReplacesWhatIsThere) {
  EXPECT_EQ(set(R"({"a":{"b":1},"c":2})", "/a/b", "3"), R"({"a":{"b":3},"c":2})");
  EXPECT_EQ(set(R"({"a":[1,2]})", "/a/1", R"({"x":0})"), R"({"a":[1,{"x":0}]})");
}

TEST(SetAt, MakesObjectsThatAreMissing) {
  EXPECT_EQ(set("{}", "/a/b/c", "1"), R"({"a":{"b":{"c":1}}})");
  EXPECT_EQ(set(R"({"a":null})", "/a/b", "1"), R"({"a":{"b":1}})");
}

TEST(SetAt, UnescapesParts) {
  EXPECT_EQ(set("{}", "/agent~1flag/a~0b", "1"), R"({"agent/flag":{"a~b":1}})");
}

TEST(SetAt, StarMeansEachElement) {
  EXPECT_EQ(set(R"({"a":[{"b":1},{}]})", "/a/*/b", "2"), R"({"a":[{"b":2},{"b":2}]})");
  EXPECT_EQ(set(R"({"a":[{"b":[1,2]},{"b":[3]}]})", "/a/*/b/*", "0"),
            R"({"a":[{"b":[0,0]},{"b":[0]}]})");
}

TEST(SetAt, NamesTheWayThatLeadsNowhere) {
  EXPECT_EQ(set(R"({"a":[1]})", "/a/1", "2"), R"(/a has no element "1", as it has 1 of them)");
  EXPECT_EQ(set(R"({"a":[1]})", "/a/-", "2"), R"(/a has no element "-", as it has 1 of them)");
  EXPECT_EQ(set(R"({"a":1})", "/a/b", "2"), "/a is a single value, which has no parts");
  EXPECT_EQ(set(R"({"a":{}})", "/a/*", "2"),
            "/a is an object, but * stands for the elements of a list");
  EXPECT_EQ(set(R"({"a":[]})", "/a/*", "2"),
            "/a is an empty list, but * stands for the elements of a list");
  EXPECT_EQ(set("{}", "/a/*/b", "2"), "/a is missing, but * stands for the elements of a list");
}

/// The document after the operations; or what was wrong.
std::string patched(const char* document,
                    PatchVerb verb,
                    const char* path,
                    const char* value = nullptr,
                    const char* from = nullptr) {
  PatchOperation operation;
  operation.verb = verb;
  operation.path = path;
  if (value != nullptr) operation.value = api::Json(json::parse(value));
  if (from != nullptr) operation.from = from;
  json changed = json::parse(document);
  const json before = changed;
  const auto problem = apply_operation(changed, operation);
  if (!problem) return changed.dump();
  EXPECT_EQ(changed, before) << "changed in spite of: " << problem->text;
  return problem->text;
}

// The examples of RFC 6902, appendix A, by their numbers.
TEST(JsonPatch, DoesWhatTheStandardsExamplesDo) {
  using enum PatchVerb;
  EXPECT_EQ(patched(R"({"foo":"bar"})", add, "/baz", R"("qux")"), R"({"baz":"qux","foo":"bar"})");
  EXPECT_EQ(patched(R"({"foo":["bar","baz"]})", add, "/foo/1", R"("qux")"),
            R"({"foo":["bar","qux","baz"]})");
  EXPECT_EQ(patched(R"({"baz":"qux","foo":"bar"})", remove, "/baz"), R"({"foo":"bar"})");
  EXPECT_EQ(patched(R"({"foo":["bar","qux","baz"]})", remove, "/foo/1"),
            R"({"foo":["bar","baz"]})");
  EXPECT_EQ(patched(R"({"baz":"qux"})", replace, "/baz", R"("boo")"), R"({"baz":"boo"})");
  EXPECT_EQ(patched(R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})", move,
                    "/qux/thud", nullptr, "/foo/waldo"),
            R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");
  EXPECT_EQ(patched(R"({"foo":["all","grass","cows","eat"]})", move, "/foo/3", nullptr, "/foo/1"),
            R"({"foo":["all","cows","eat","grass"]})");
  EXPECT_EQ(patched(R"({"foo":["a",2,"c"]})", test, "/foo/1", "2"), R"({"foo":["a",2,"c"]})");
  EXPECT_EQ(patched(R"({"baz":"qux"})", test, "/baz", R"("bar")"),
            R"(/baz is not what the patch tests for: it is "\"qux\"")");
  EXPECT_EQ(patched(R"({"foo":"bar"})", add, "/child", R"({"grandchild":{}})"),
            R"({"child":{"grandchild":{}},"foo":"bar"})");
  EXPECT_EQ(patched(R"({"foo":"bar"})", add, "/baz/bat", R"("qux")"), "there is nothing at /baz");
  EXPECT_EQ(patched(R"({"~1":10,"/":9})", test, "/~01", "10"), R"({"/":9,"~1":10})");
  EXPECT_EQ(patched(R"({"foo":["bar"]})", add, "/foo/-", R"(["abc","def"])"),
            R"({"foo":["bar",["abc","def"]]})");
}

TEST(JsonPatch, CopiesAndLeavesTheSource) {
  EXPECT_EQ(patched(R"({"a":{"x":1}})", PatchVerb::copy, "/b", nullptr, "/a"),
            R"({"a":{"x":1},"b":{"x":1}})");
}

TEST(JsonPatch, RefusesWhatIsNotThere) {
  using enum PatchVerb;
  EXPECT_EQ(patched("{}", remove, "/a"), "there is nothing at /a");
  EXPECT_EQ(patched("{}", replace, "/a", "1"), "there is nothing at /a");
  EXPECT_EQ(patched("{}", test, "/a", "1"), "there is nothing at /a");
  EXPECT_EQ(patched("{}", move, "/b", nullptr, "/a"), "there is nothing at /a");
  EXPECT_EQ(patched(R"({"a":[1]})", add, "/a/2", "1"),
            R"(/a has no element "2", as it has 1 of them)");
  EXPECT_EQ(patched(R"({"a":[1,2]})", remove, "/a/01"), "there is nothing at /a/01");
  EXPECT_EQ(patched(R"({"a":{"b":1}})", move, "/a/b/c", nullptr, "/a"),
            "/a can't be moved into itself");
  EXPECT_EQ(patched(R"({"a":1,"b":2})", move, "/b/c", nullptr, "/a"),
            "/b is a single value, which has no parts");
}

TEST(Pointers, AreExpandedAndFound) {
  const json document = json::parse(R"({"a":[{"b":1},{"b":2}]})");
  EXPECT_THAT(expand_pointer(document, "/a/*/b"), ElementsAre("/a/0/b", "/a/1/b"));
  EXPECT_THAT(expand_pointer(document, "/x/*"), IsEmpty());
  ASSERT_NE(find_at(document, "/a/1/b"), nullptr);
  EXPECT_EQ(*find_at(document, "/a/1/b"), 2);
  EXPECT_EQ(find_at(document, "/a/2"), nullptr);
}

}  // namespace
}  // namespace firedrill::scenarios
