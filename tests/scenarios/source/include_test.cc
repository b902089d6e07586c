#include "scenarios/source/include.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files.h"

namespace firedrill::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Include : public Files {};

TEST_F(Include, StandsForTheContentOfTheFile) {
  write("a.json", R"({"x": {"include": "b.json"}, "include": 1})");
  write("b.json", R"({"y": 1})");
  EXPECT_EQ(loaded("a.json"), R"({"include":1,"x":{"y":1}})");
}

TEST_F(Include, CanBeTheWholeDocument) {
  write("a.json", R"({"include": "b.json"})");
  write("b.json", "[1]");
  EXPECT_EQ(loaded("a.json"), "[1]");
}

TEST_F(Include, SplicesAListIntoAList) {
  write("a.json",
        R"([0, {"include": "list.json"}, {"include": "none.json"}, 9, [{"include": "one.json"}]])");
  write("list.json", R"([1, {"include": "more.json"}, 4])");
  write("more.json", "[2, 3]");
  write("none.json", "[]");
  write("one.json", "{}");
  EXPECT_EQ(loaded("a.json"), "[0,1,2,3,4,9,[{}]]");
}

TEST_F(Include, IsRelativeToTheIncludingFile) {
  write("a.json", R"({"include": "deep/b.json"})");
  write("deep/b.json", R"([{"include": "c.json"}, {"include": "./er/d.json"}])");
  write("deep/c.json", "1");
  write("deep/er/d.json", "2");
  const auto document = load("a.json");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(effective_text(*document->json), "[1,2]");
  EXPECT_THAT(document->files, ElementsAre(path("a.json"), path("deep/b.json"), path("deep/c.json"),
                                           path("deep/er/d.json")));
}

TEST_F(Include, MayComeTwice) {
  write("a.json", R"({"x": {"include": "b.json"}, "y": {"include": "b.json"}})");
  write("b.json", "{\"z\": 1}");
  EXPECT_EQ(loaded("a.json"), R"({"x":{"z":1},"y":{"z":1}})");
}

TEST_F(Include, KeepsThePlaceOfEveryValue) {
  write("a.json",
        "{\"own\": 1,\n"
        " \"list\": [10,\n"
        "  {\"include\": \"list.json\"},\n"
        "  {\"k\": {\"include\": \"b.json\"}},\n"
        "  13],\n"
        " \"b\": {\"include\": \"b.json\"}}");
  write("list.json", "[\n{\"p\": 1},\n{\"include\": \"more.json\"},\n{\"q\": 2}]");
  write("more.json", "[{\"r\":\n 1}, 2]");
  write("b.json", "{\n  \"x\": {\"y\": 1}}");
  const auto document = load("a.json");
  ASSERT_TRUE(document.has_value()) << lines();
  EXPECT_EQ(effective_text(*document->json),
            R"({"b":{"x":{"y":1}},"list":[10,{"p":1},{"r":1},2,{"q":2},{"k":{"x":{"y":1}}},13],)"
            R"("own":1})");
  EXPECT_EQ(place(*document, "/own"), "a.json:1:9");
  EXPECT_EQ(place(*document, "/list"), "a.json:2:10");
  EXPECT_EQ(place(*document, "/list/0"), "a.json:2:11");
  EXPECT_EQ(place(*document, "/list/1/p"), "list.json:2:7");
  EXPECT_EQ(place(*document, "/list/2/r"), "more.json:2:2");
  EXPECT_EQ(place(*document, "/list/2/r", api::Anchor::key), "more.json:1:3");
  EXPECT_EQ(place(*document, "/list/3"), "more.json:2:6");
  EXPECT_EQ(place(*document, "/list/4/q"), "list.json:4:7");
  EXPECT_EQ(place(*document, "/list/5/k/x/y"), "b.json:2:14");
  EXPECT_EQ(place(*document, "/list/6"), "a.json:5:3");
  EXPECT_EQ(place(*document, "/b/x"), "b.json:2:8");
  EXPECT_EQ(place(*document, "/b"), "b.json:1:1");
  EXPECT_EQ(place(*document, "/b", api::Anchor::key), "a.json:6:2");
  EXPECT_EQ(place(*document, "/b/x/absent/z"), "b.json:2:8");
}

TEST_F(Include, ReportsErrorsOfTheIncludedFileThere) {
  write("a.json", R"([{"include": "b.json"}, {"include": "b.json"}])");
  write("b.json", "{\"x\": 1,\n \"x\": 2}");
  EXPECT_EQ(
      errors("a.json"),
      "b.json:2:2: /x: duplicate key \"x\"; it stands in line 1, column 2 already; remove one");
}

TEST_F(Include, ReportsAllThatFail) {
  write("a.json",
        "{\"a\": {\"include\": \"absent.json\"},\n\"b\": [{\"include\": \"/etc/passwd\"},\n"
        "{\"include\": \"../x.json\"},\n{\"include\": \"p.yaml\"},\n{\"include\": \"\"},\n"
        "{\"include\": \"sub\"},\n{\"include\": \"a\\u0000.json\"},\n{\"include\": \"q.YML\"}]}");
  std::filesystem::create_directories(folder_ / "sub");
  EXPECT_EQ(errors("a.json"),
            "a.json:1:7: /a: include \"absent.json\": no such file; paths are relative to the "
            "including file\n"
            "a.json:2:7: /b/0: include \"/etc/passwd\" is an absolute path; name a file in the "
            "first file's folder, or below it\n"
            "a.json:3:1: /b/1: include \"../x.json\" goes up with \"..\"; name a file in the first "
            "file's folder, or below it\n"
            "a.json:4:1: /b/2: include \"p.yaml\" is a YAML file; include JSON: kubectl get -o "
            "json, or `firedrill import` for a whole dump\n"
            "a.json:5:1: /b/3: include \"\" names no file; name a file in the first file's folder, "
            "or below it\n"
            "a.json:6:1: /b/4: include \"sub\": is a directory; name a regular file, or - for "
            "standard input\n"
            "a.json:7:1: /b/5: include \"a\\u0000.json\" holds a NUL; name a file in the first "
            "file's folder, or below it\n"
            "a.json:8:1: /b/6: include \"q.YML\" is a YAML file; include JSON: kubectl get -o "
            "json, or `firedrill import` for a whole dump");
}

TEST_F(Include, FollowsNoLinkOutOfTheFolder) {
  write("in/a.json",
        R"([{"include": "link.json"}, {"include": "up/b.json"}, {"include": "ok.json"}])");
  write("in/real.json", "1");
  write("secret.json", "1");
  std::filesystem::create_symlink(folder_ / "secret.json", folder_ / "in/link.json");
  std::filesystem::create_symlink(folder_, folder_ / "in/up");
  write("b.json", "1");
  std::filesystem::create_symlink("real.json", folder_ / "in/ok.json");
  EXPECT_EQ(
      errors("in/a.json"),
      "in/a.json:1:2: /0: include \"link.json\" leads out of the first file's folder; name a "
      "file in the first file's folder, or below it\n"
      "in/a.json:1:28: /1: include \"up/b.json\" leads out of the first file's folder; name a "
      "file in the first file's folder, or below it");
}

TEST_F(Include, OfAFolderWithTheSamePrefixIsOutside) {
  write("in/a.json", R"({"include": "link"})");
  write("inside/b.json", "1");
  std::filesystem::create_symlink(folder_ / "inside/b.json", folder_ / "in/link");
  EXPECT_THAT(errors("in/a.json"), HasSubstr("leads out"));
}

TEST_F(Include, RefusesCycles) {
  write("a.json", R"({"x": {"include": "b.json"}})");
  write("b.json", R"([{"include": "c.json"}])");
  write("c.json", R"({"include": "b.json"})");
  EXPECT_EQ(errors("a.json"),
            "c.json:1:1: include \"b.json\" includes itself; break the cycle of includes");
  write("self.json", R"({"include": "self.json"})");
  EXPECT_THAT(errors("self.json"), HasSubstr("includes itself"));
}

TEST_F(Include, IsLimitedInNumberHoweverTheyNest) {
  // Each level doubles: 2^20 includes of the last file if nothing stopped it.
  for (int i = 0; i < 20; ++i) {
    const std::string next = "l" + std::to_string(i + 1) + ".json";
    write("l" + std::to_string(i) + ".json",
          R"([{"include": ")" + next + R"("}, {"include": ")" + next + R"("}])");
  }
  write("l20.json", "[1]");
  const std::string line = errors("l0.json");
  EXPECT_THAT(line,
              HasSubstr("more than 1000 includes; limit includes; --limit includes=N raises it"));
  EXPECT_EQ(diagnostics_.error_count(), 1U);
}

TEST_F(Include, CountsBytesOfAllFilesTogether) {
  write("a.json", R"([{"include": "b.json"}, {"include": "b.json"}])");
  write("b.json", "\"" + std::string(500, 'x') + "\"");
  LoadOptions options;
  options.limits.input_bytes = 1000;
  EXPECT_EQ(errors("a.json", options),
            "a.json:1:25: /1: include \"b.json\": the files together have more than 1000 bytes; "
            "limit input-bytes; --limit input-bytes=N raises it");
}

TEST_F(Include, CountsLevelsOfTheWholeDocument) {
  write("a.json", R"([[[{"include": "b.json"}]]])");
  write("b.json", "[\n[[1]]]");
  LoadOptions options;
  options.limits.depth = 5;
  // Spliced: the file's own list takes the place of the include, in the third level.
  EXPECT_EQ(errors("a.json", options),
            "b.json:2:2: /0/0: more than 5 levels of lists and objects; limit depth; --limit "
            "depth=N raises it");
}

}  // namespace
}  // namespace firedrill::scenarios
