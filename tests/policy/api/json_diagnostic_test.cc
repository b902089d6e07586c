#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"

namespace firedrill::api {
namespace {

using testing::ElementsAre;

TEST(Diagnostic, RendersFileLineColumnPointerProblemAndRemedy) {
  const Diagnostic diagnostic{Severity::error,     "/clusters/0/syncMode", "unknown value \"push\"",
                              "one of Push, Pull", Anchor::value,          {"outage.json", 14, 21}};
  EXPECT_EQ(render(diagnostic),
            "outage.json:14:21: /clusters/0/syncMode: unknown value \"push\"; one of Push, Pull");
}

TEST(Diagnostic, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(render({Severity::error, "", "wrong", ""}), "wrong");
  EXPECT_EQ(render({Severity::warning, "/a", "odd", "", Anchor::value, {"f", 0, 0}}),
            "f: /a: warning: odd");
}

TEST(Diagnostic, EscapesControlCharactersOfTheInput) {
  EXPECT_EQ(render({Severity::error, "/\x1b[31m", "a\nb\xc2\x9b", "\x7f"}),
            "/\\u001b[31m: a\\nb\\u009b; \\u007f");
}

TEST(Diagnostic, AbbreviatesLongPointersOnACharactersBorder) {
  std::string pointer = "/";
  for (int i = 0; i < 100; ++i)
    pointer += "é";
  const std::string line = render({Severity::error, pointer + "/x", "wrong", ""});
  EXPECT_EQ(line.substr(line.find("…")), "…/x: wrong");
}

TEST(Diagnostic, QuotesWithEscapesAndCutsLongTexts) {
  EXPECT_EQ(in_quotes("a\"b\\\n"), "\"a\\\"b\\\\\\n\"");
  EXPECT_EQ(in_quotes("ääää", 5), "\"ää…\"");
}

TEST(Diagnostic, FindsTheNearestWord) {
  const std::array<std::string_view, 3> words = {"replicas", "resources", "Pull"};
  EXPECT_EQ(nearest("replcas", words), "replicas");
  EXPECT_EQ(nearest("pull", words), "Pull");
  EXPECT_EQ(nearest("resorces", words), "resources");
  EXPECT_EQ(nearest("zone", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest(std::string(100'000, 'r'), words), "");
}

TEST(Diagnostic, EscapesAndSplitsPointers) {
  EXPECT_EQ(child_pointer("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_THAT(split_pointer("/a/b~1c~0d//0"), ElementsAre("a", "b/c~d", "", "0"));
  EXPECT_THAT(split_pointer("/~01"), ElementsAre("~1"));
  EXPECT_TRUE(split_pointer("").empty());
}

TEST(Diagnostics, KeepAsManyErrorsAndWarningsAsTheLimitAndCountTheRest) {
  Diagnostics diagnostics(2);
  for (int i = 0; i < 5; ++i)
    diagnostics.warning("", "odd", "");
  for (int i = 0; i < 3; ++i)
    diagnostics.error("/" + std::to_string(i), "wrong", "");
  EXPECT_EQ(diagnostics.shown().size(), 4U);
  EXPECT_EQ(diagnostics.error_count(), 3U);
  EXPECT_EQ(diagnostics.render(),
            "warning: odd\nwarning: odd\n/0: wrong\n/1: wrong\n"
            "1 more error; --limit errors-shown=3 shows them\n"
            "3 more warnings; --limit errors-shown=5 shows them\n");
}

TEST(Diagnostics, RenderInOrderOfTheFiles) {
  Diagnostics diagnostics;
  diagnostics.error("/b", "second", "");
  diagnostics.error("/a", "first", "");
  diagnostics.locate([](const Diagnostic& diagnostic) {
    return Position{"f", diagnostic.pointer == "/a" ? 1U : 2U, 1};
  });
  EXPECT_EQ(diagnostics.render(), "f:1:1: /a: first\nf:2:1: /b: second\n");
}

TEST(Diagnostics, TakeOverOthersWithTheirHiddenOnes) {
  Diagnostics inner(1);
  inner.error("", "one", "");
  inner.error("", "two", "");
  Diagnostics outer(10);
  outer.warning("", "odd", "");
  outer.merge(inner);
  EXPECT_EQ(outer.error_count(), 2U);
  EXPECT_EQ(outer.warning_count(), 1U);
  EXPECT_EQ(outer.shown().size(), 2U);
}

}  // namespace
}  // namespace firedrill::api
