// What `run` exports for other tools: formats side by side, what is refused, and what those tools
// say of it.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string budget = "run scenarios/library/disasters/recovery-budget.json --quiet ";

std::string quoted(const std::string& path) {
  return "'" + path + "'";
}

TEST(Exports, ComeTogether) {
  const Folder folder;
  const Outcome outcome =
      firedrill("run scenarios/library/documents/foo-failover.json --out " +
                quoted(folder.path().string()) + " --timeline " + quoted(folder.file("foo.csv")) +
                " --format csv --sqlite " + quoted(folder.file("foo.sqlite")));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(folder.content(), ElementsAre("foo.csv", "foo.sqlite", "metrics.json", "report.html",
                                            "timeline.jsonl"));
  EXPECT_THAT(outcome.out, HasSubstr("csv:      " + folder.file("foo.csv") + "\n"));
  EXPECT_THAT(outcome.out, HasSubstr("sqlite:   " + folder.file("foo.sqlite") + "\n"));
  EXPECT_THAT(read_file(folder.file("foo.csv")), StartsWith("seq,t,kind,cause,cluster,workload,"));
  EXPECT_THAT(read_file(folder.file("foo.sqlite")), StartsWith("SQLite format 3"));
  const std::string lines = read_file(folder.file("timeline.jsonl"));
  const std::string csv = read_file(folder.file("foo.csv"));
  EXPECT_EQ(std::ranges::count(lines, '\n') - 2, std::ranges::count(csv, '\n') - 1)
      << "an event a row, besides header and footer there and the header row here";
}

TEST(Exports, GoToStandardOutput) {
  const std::string run =
      "run scenarios/library/documents/foo-failover.json --timeline - --format ";
  const Outcome csv = firedrill(run + "csv");
  EXPECT_EQ(csv.status, 0);
  EXPECT_THAT(csv.out, StartsWith("seq,t,kind,"));
  EXPECT_THAT(csv.err, HasSubstr("expectations: 7 of 7 hold"));
  const Outcome trace = firedrill(run + "trace");
  EXPECT_EQ(nlohmann::json::parse(trace.out).at("otherData").at("scenario"), "foo-failover");
}

TEST(Exports, AreRefusedWhereTheyMakeNoSense) {
  const auto refusal = [](const std::string& options) {
    const Outcome outcome = firedrill(budget + options);
    EXPECT_EQ(outcome.status, 2) << options;
    EXPECT_THAT(outcome.out, IsEmpty());
    return outcome.err;
  };
  EXPECT_THAT(refusal("--format csv"), HasSubstr("--timeline"));
  EXPECT_THAT(refusal("--timeline - --format xml"), HasSubstr("trace"));
  EXPECT_THAT(refusal("--sqlite -"), HasSubstr("name a file"));
  EXPECT_THAT(refusal("--sqlite /dev/null"), HasSubstr("no regular file"));
  EXPECT_THAT(refusal("--runs 2 --sqlite x.sqlite"), HasSubstr("--out DIR"));
  EXPECT_THAT(refusal("--metrics - --metrics-format promtool --metrics-interval 1.5s"),
              HasSubstr("whole seconds"));
  EXPECT_THAT(refusal("--metrics - --metrics-format promtool --metrics-interval 0s"),
              HasSubstr("whole seconds"));
}

TEST(Exports, AFullDiskIsStatusThreeAndLeavesNothing) {
  for (const std::string options :
       {"--sqlite big", "--timeline big --format csv", "--timeline big --format trace"}) {
    const Folder folder;
    const Outcome outcome =
        shell("root=$PWD; cd " + quoted(folder.path().string()) +
              "; ulimit -f 64; trap '' XFSZ; firedrill run "
              "\"$root\"/scenarios/library/disasters/recovery-budget.json --quiet " +
              options);
    EXPECT_EQ(outcome.status, 3) << options << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("cannot write")) << options;
    EXPECT_THAT(folder.content(), IsEmpty()) << options;
  }
}

TEST(Exports, AFolderThatIsNotThereIsStatusThree) {
  const Outcome outcome = firedrill(budget + "--sqlite /nowhere/run.sqlite");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere/run.sqlite"));
}

void expect_harmless(const std::string& text) {
  EXPECT_TRUE(std::ranges::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  })) << text;
  EXPECT_THAT(text, testing::Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, testing::Not(HasSubstr("\xC2\x9B")));
}

TEST(Exports, HostileTextsDoNothingToTheTerminal) {
  const Outcome outcome = firedrill(
      "run scenarios/library/documents/foo-failover.json --set "
      R"('/metadata/description="\u001b[2Jwipe \u001b]0;title\u0007 \u202egpj \u009b31m ä"')");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              StartsWith(R"(\u001b[2Jwipe \u001b]0;title\u0007 \u202egpj \u009b31m ä)"));
  expect_harmless(outcome.out);
}

TEST(Exports, HostileTimelinesDoNothingToTheTerminal) {
  const Folder folder;
  std::string text = read_file("scenarios/library/disasters/running-twice.timeline.jsonl");
  const std::string hostile = R"(m\u001b[31m\u0085)"
                              "\u202e\x9b";
  for (std::size_t at = 0; (at = text.find("member1", at)) != std::string::npos;
       at += hostile.size())
    text.replace(at, 7, hostile);
  std::ofstream(folder.file("t.jsonl"), std::ios::binary) << text;
  const Outcome outcome = firedrill("explain " + quoted(folder.file("t.jsonl")) + " 40");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(R"(m\u001b[31m\u0085\u202e\x9b)"));
  expect_harmless(outcome.out);
}

#ifdef FIREDRILL_PROMTOOL

/// The n-th block of a language in the page.
std::string block(const std::string& language, int n) {
  const std::string text = read_file("docs/exports.md");
  std::size_t begin = 0;
  for (int i = 0; i < n; ++i)
    begin = text.find("```" + language + "\n", begin) + language.size() + 4;
  return text.substr(begin, text.find("```", begin) - begin);
}

/// Runs a documented shell block in the folder, up to the command that begins so.
Outcome documented(const Folder& folder, const std::string& commands, const std::string& but) {
  return shell("ln -sfn \"$PWD\"/scenarios " + quoted(folder.path().string()) + "; cd " +
               quoted(folder.path().string()) +
               "; set -e; promtool() { " FIREDRILL_PROMTOOL " \"$@\"; }\n" +
               commands.substr(0, commands.find(but)));
}

TEST(Exports, RehearsedAlertsFire) {
  const Folder folder;
  std::ofstream(folder.file("alerts.yml")) << block("yaml", 1);
  std::ofstream(folder.file("expected.yml")) << block("yaml", 2);
  const std::string commands = block("sh", 2);
  const Outcome outcome = documented(folder, commands, "\n\n");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("SUCCESS"));
  EXPECT_THAT(read_file(folder.file("series.yml")),
              HasSubstr("'cluster_ready_state{member_cluster=\"member1\"}'\n"
                        "        values: '1+0x14 0+0x25'\n"));
  // The same rules in a calm run: what was expected to fire doesn't.
  const Outcome calm =
      documented(folder,
                 "firedrill " + budget + "--calm --metrics series.yml --metrics-format promtool\n" +
                     commands.substr(commands.find('\n') + 1),
                 "\n\n");
  EXPECT_EQ(calm.status, 1);
  EXPECT_THAT(calm.out + calm.err, HasSubstr("MemberClusterNotReady"));
}

TEST(Exports, SeriesBecomeBlocksOfPrometheus) {
  const Folder folder;
  const Outcome outcome = documented(folder, block("sh", 3), "prometheus --storage");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_EQ(
      shell(FIREDRILL_PROMTOOL " check metrics < " + quoted(folder.file("series.txt"))).status, 0);
  const std::string series = read_file(folder.file("series.txt"));
  EXPECT_THAT(series, HasSubstr("\ncluster_ready_state{member_cluster=\"member1\"} 1 1767225810\n"
                                "cluster_ready_state{member_cluster=\"member1\"} 0 1767225825\n"));
  EXPECT_THAT(series, testing::EndsWith("\n# EOF\n"));
  // Samples of 10 minutes, both ends counted.
  std::size_t samples = 0;
  for (std::size_t at = 0; (at = series.find("\ncluster_ready_state{member_cluster=\"member1\"} ",
                                             at)) != std::string::npos;
       ++at)
    ++samples;
  EXPECT_EQ(samples, 41U);
}

#endif

}  // namespace
}  // namespace firedrill::tools
