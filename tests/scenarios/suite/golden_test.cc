// Goldens: what they notice, how they come into being, and how they are written anew.

#include "scenarios/suite/golden.h"

#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/suite/digest_file.h"
#include "sim/digest.h"
#include "suite_folder.h"

namespace firedrill::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr GoldenOptions creating{.update = false, .create = true};
constexpr GoldenOptions updating{.update = true, .create = false};

/// The scenario with its event two seconds later.
Mini later() {
  Mini mini;
  mini.events.replace(mini.events.find("30s"), 3, "32s");
  return mini;
}

TEST(Golden, IsMadeWhenAskedFor) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  EXPECT_THAT(folder.suite(updating).files[0].notes, IsEmpty());
  EXPECT_FALSE(folder.has("a.timeline.jsonl"));
  const SuiteReport made = folder.suite(creating);
  EXPECT_THAT(made.files[0].notes, ElementsAre(HasSubstr("a.timeline.jsonl: written, ")));
  EXPECT_EQ(case_of(made, "golden").outcome, Outcome::passed);
  EXPECT_THAT(folder.read("a.timeline.jsonl"), StartsWith(R"({"kind":"Header","format":1,)"));

  const SuiteReport held = folder.suite();
  EXPECT_EQ(case_of(held, "golden").outcome, Outcome::passed);
  EXPECT_THAT(folder.suite(creating).files[0].notes, IsEmpty());
}

TEST(Golden, NamesTheFirstWrongEvent) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  folder.write("a.json", later().text());
  const SuiteReport report = folder.suite();
  const SuiteCase& golden = case_of(report, "golden");
  EXPECT_EQ(golden.outcome, Outcome::failed);
  EXPECT_THAT(
      golden.message,
      testing::ContainsRegex("^first wrong event: seq [0-9]+ at 30s: ScenarioEvent of /events/0"));
  EXPECT_THAT(golden.details, HasSubstr("differs from " + folder.file("a.timeline.jsonl:")));
  EXPECT_THAT(golden.details, testing::ContainsRegex("\nactual: .\"seq\":[0-9]+,\"t\":32,"));
}

TEST(Golden, IsWrittenAnewWhereItDiffers) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("b.json", Mini{}.text());
  (void)folder.suite(creating);
  const std::string before = folder.read("a.timeline.jsonl");
  folder.write("a.json", later().text());
  const auto untouched = std::filesystem::last_write_time(folder.file("b.timeline.jsonl"));

  const SuiteReport report = folder.suite(updating);
  EXPECT_EQ(report.counts().failed, 0U);
  EXPECT_THAT(report.files[0].notes, ElementsAre(HasSubstr("a.timeline.jsonl: written anew, ")));
  EXPECT_THAT(report.files[0].notes[0], HasSubstr("; before: first wrong event: seq "));
  EXPECT_THAT(report.files[1].notes, IsEmpty());
  EXPECT_EQ(std::filesystem::last_write_time(folder.file("b.timeline.jsonl")), untouched);
  EXPECT_NE(folder.read("a.timeline.jsonl"), before);
  EXPECT_EQ(folder.suite().counts().failed, 0U);

  folder.write("a.json", Mini{}.text());
  (void)folder.suite(updating);
  EXPECT_EQ(folder.read("a.timeline.jsonl"), before);
}

TEST(Golden, OfARunThatFailsOtherwiseIsNotWritten) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  const std::string before = folder.read("a.timeline.jsonl");
  Mini mini = later();
  mini.expect = R"([{"never": {"kind": "TaintAdded"}}])";
  folder.write("a.json", mini.text());
  const SuiteReport report = folder.suite(updating);
  EXPECT_THAT(report.files[0].notes,
              ElementsAre(HasSubstr("not written, since other checks of the run fail")));
  EXPECT_EQ(case_of(report, "golden").outcome, Outcome::failed);
  EXPECT_EQ(folder.read("a.timeline.jsonl"), before);
}

TEST(Golden, OfAnotherFormatIsRefusedAndRenewed) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  const std::string whole = folder.read("a.timeline.jsonl");
  std::string other = whole;
  other.replace(other.find("\"format\":1"), 10, "\"format\":7");
  folder.write("a.timeline.jsonl", other);
  const SuiteReport refused = folder.suite();
  EXPECT_EQ(case_of(refused, "golden").outcome, Outcome::error);
  EXPECT_EQ(case_of(refused, "golden").message,
            folder.file("a.timeline.jsonl") +
                ":1:1: /format: a golden of format 7; this version compares format 1; "
                "--update-golden writes it anew");
  EXPECT_EQ(case_of(folder.suite(updating), "golden").outcome, Outcome::passed);
  EXPECT_EQ(folder.read("a.timeline.jsonl"), whole);
}

TEST(Golden, ThatIsNoneIsRefusedAndRenewed) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  for (const std::string text : {"", "\n", "{}\n", "[1]\n", "no timeline"}) {
    folder.write("a.timeline.jsonl", text);
    EXPECT_EQ(case_of(folder.suite(), "golden").outcome, Outcome::error) << text;
  }
  EXPECT_EQ(case_of(folder.suite(updating), "golden").outcome, Outcome::passed);
  EXPECT_EQ(case_of(folder.suite(), "golden").outcome, Outcome::passed);
}

TEST(Golden, ThatBreaksOffOrGoesOnDiffers) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  const std::string whole = folder.read("a.timeline.jsonl");
  const std::size_t footer = whole.find("{\"kind\":\"Footer\"");
  for (const std::string& text :
       {whole.substr(0, footer), whole.substr(0, footer / 2), whole + whole}) {
    folder.write("a.timeline.jsonl", text);
    EXPECT_EQ(case_of(folder.suite(), "golden").outcome, Outcome::failed) << text.size();
  }
}

TEST(Golden, WithTheSameEventsUnderAnotherHeaderSaysSo) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  Mini mini;
  mini.metadata = R"(, "question": "why?")";
  folder.write("a.json", mini.text());
  const SuiteReport report = folder.suite();
  const SuiteCase& golden = case_of(report, "golden");
  EXPECT_EQ(golden.outcome, Outcome::failed);
  EXPECT_THAT(golden.message, HasSubstr("events are as in"));
  EXPECT_THAT(golden.details, HasSubstr("sha256"));
}

TEST(Golden, OfTwoFormsAtOnceLeavesOne) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  (void)folder.suite(creating);
  folder.write("a.digest", sim::sha256_hex("x") + "\n");
  EXPECT_EQ(case_of(folder.suite(), "golden").outcome, Outcome::failed);
  EXPECT_EQ(case_of(folder.suite(updating), "golden").outcome, Outcome::passed);
  EXPECT_FALSE(folder.has("a.digest"));
  EXPECT_TRUE(folder.has("a.timeline.jsonl"));
}

/// A timeline of so many events, of which one may be another.
std::string made_timeline(std::size_t events, std::size_t other = 0) {
  std::string text = "{\"kind\":\"Header\",\"format\":1}\n";
  for (std::size_t seq = 1; seq <= events; ++seq) {
    text += fmt::format(
        "{{\"seq\":{},\"t\":{},\"kind\":\"PodsReady\",\"workload\":\"Deployment/default/web\","
        "\"cluster\":\"member{}\",\"replicas\":1,\"total\":1,\"cause\":0}}\n",
        seq, seq / 10, seq == other ? 2 : 1);
  }
  const std::string digest = sim::sha256_hex(text);
  return text + fmt::format(
                    "{{\"kind\":\"Footer\",\"t\":9,\"events\":{},\"byKind\":{{\"PodsReady\":{}}},"
                    "\"digest\":\"{}\"}}\n",
                    events, events - (other != 0 ? 1U : 0U), digest);
}

/// What the golden of `X.json` says of a timeline that comes in pieces of that size.
std::optional<GoldenProblem> held(const SuiteFolder& folder,
                                  std::string_view timeline,
                                  GoldenOptions options = {},
                                  std::size_t piece = 4'099) {
  GoldenCheck check(folder.file("x.json"), options);
  for (; !timeline.empty(); timeline.remove_prefix(std::min(piece, timeline.size())))
    check.write(timeline.substr(0, piece));
  std::vector<std::string> notes;
  return check.finish(true, notes);
}

constexpr std::size_t many = 10'000;

TEST(Golden, OfALongTimelineIsADigestThatNamesTheStretch) {
  const SuiteFolder folder;
  const std::string whole = made_timeline(many);
  ASSERT_GT(whole.size(), golden_timeline_max);
  EXPECT_EQ(held(folder, whole, creating), std::nullopt);
  EXPECT_FALSE(folder.has("x.timeline.jsonl"));
  EXPECT_LT(folder.read("x.digest").size(), whole.size() / 200);
  EXPECT_EQ(held(folder, whole), std::nullopt);
  EXPECT_EQ(held(folder, whole, {}, 1), std::nullopt);

  for (const std::size_t other :
       {std::size_t{1}, std::size_t{16}, std::size_t{17}, std::size_t{5'005}, many}) {
    const auto problem = held(folder, made_timeline(many, other));
    ASSERT_TRUE(problem) << other;
    EXPECT_FALSE(problem->bad_input);
    const std::size_t first = (other - 1) / 16 * 16 + 1;
    EXPECT_THAT(problem->message,
                StartsWith(fmt::format("first wrong event between seq {} and {}: the first of them "
                                       "is seq {} at ",
                                       first, first + 15, first)));
    EXPECT_THAT(problem->details, HasSubstr(fmt::format("actual: {{\"seq\":{},", other)));
    EXPECT_THAT(problem->details,
                HasSubstr("the footer has byKind.PodsReady 9999 instead of 10000"));
  }
}

TEST(Golden, OfALongTimelineNoticesAnEndThatComesSoonerOrLater) {
  const SuiteFolder folder;
  EXPECT_EQ(held(folder, made_timeline(many), creating), std::nullopt);
  const auto sooner = held(folder, made_timeline(many - 16));
  ASSERT_TRUE(sooner);
  EXPECT_THAT(sooner->message, HasSubstr(": it ends after seq 9984"));
  const auto later_end = held(folder, made_timeline(many + 1));
  ASSERT_TRUE(later_end);
  EXPECT_THAT(later_end->message, StartsWith("first wrong event between seq 10001 and 10001"));
}

TEST(Golden, ChangesItsFormWithTheLength) {
  const SuiteFolder folder;
  EXPECT_EQ(held(folder, made_timeline(10), creating), std::nullopt);
  EXPECT_TRUE(folder.has("x.timeline.jsonl"));
  ASSERT_TRUE(held(folder, made_timeline(many)));
  EXPECT_EQ(held(folder, made_timeline(many), updating), std::nullopt);
  EXPECT_FALSE(folder.has("x.timeline.jsonl"));
  EXPECT_TRUE(folder.has("x.digest"));
  EXPECT_EQ(held(folder, made_timeline(10), updating), std::nullopt);
  EXPECT_FALSE(folder.has("x.digest"));
}

TEST(Golden, OfADigestAloneIsTaken) {
  const SuiteFolder folder;
  const std::string whole = made_timeline(many);
  const std::size_t at = whole.rfind("\"digest\":\"") + 10;
  folder.write("x.digest", whole.substr(at, 64) + "\n");
  EXPECT_EQ(held(folder, whole), std::nullopt);
  const auto problem = held(folder, made_timeline(many, 7));
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->message, HasSubstr("the timeline of 10000 events is not that of "));
}

TEST(Golden, RefusesDigestsThatItCannotRead) {
  const SuiteFolder folder;
  (void)held(folder, made_timeline(many), creating);
  const std::string whole = folder.read("x.digest");
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    text.replace(text.find(from), from.size(), to);
    folder.write("x.digest", text);
    const auto problem = held(folder, made_timeline(many));
    return problem && problem->bad_input ? problem->message : std::string("taken");
  };
  EXPECT_THAT(
      refused("\"format\":1", "\"format\":2"),
      HasSubstr("x.digest:2:1: /format: a golden whose format is 2; this version compares 1"));
  EXPECT_THAT(refused("\"timelineFormat\":1", "\"timelineFormat\":2"),
              HasSubstr("/timelineFormat: "));
  EXPECT_THAT(refused("\"every\":16", "\"odd\":16"), HasSubstr("/every: every is missing"));
  EXPECT_THAT(refused("\n0 ", "\n0"), HasSubstr("x.digest:4:1: "));
  folder.write("x.digest", "abc\n");
  EXPECT_THAT(held(folder, made_timeline(10))->message, HasSubstr("64 hexadecimal digits"));
}

TEST(Golden, LiesBesideItsScenario) {
  EXPECT_EQ(golden_places("a/b.json").timeline, "a/b.timeline.jsonl");
  EXPECT_EQ(golden_places("b.json").digest, "b.digest");
  // No two scenarios share one.
  EXPECT_EQ(golden_places("a/b").digest, "a/b.digest");
  EXPECT_EQ(golden_places("a/b.x").digest, "a/b.x.digest");
}

}  // namespace
}  // namespace firedrill::scenarios
