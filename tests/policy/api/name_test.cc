/// Names, texts and values that copies share: one storage a content, whoever makes it, and a copy
/// of one's own for whoever changes it.

#include "policy/api/name.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"
#include "policy/api/meta.h"
#include "policy/api/shared.h"

namespace firedrill::api {
namespace {

/// Where the characters lie.
const std::string* place(const Name& name) {
  return &name.str();
}
const std::string* place(const Text& text) {
  return &text.str();
}

TEST(Name, ExistsOncePerContent) {
  const std::string text = "Deployment/shop/a-rather-long-name-that-is-not-kept-inline";
  const Name name = text;
  EXPECT_EQ(place(name), place(Name(std::string_view(text))));
  EXPECT_EQ(place(name), place(Name(text.c_str())));
  EXPECT_NE(place(name), place(Name(text + "x")));
  EXPECT_EQ(sizeof(Name), sizeof(void*));
}

TEST(Name, TheEmptyOneIsEmptyHoweverMade) {
  EXPECT_TRUE(Name().empty());
  EXPECT_TRUE(Name("").empty());
  EXPECT_EQ(Name(), Name(std::string()));
  EXPECT_EQ(place(Name()), place(Name(std::string_view())));
  EXPECT_FALSE(Name("a").empty());
}

TEST(Name, KeepsBytesOfAnyKind) {
  const std::string_view bytes("a\0b", 3);
  EXPECT_EQ(Name(bytes).size(), 3U);
  EXPECT_NE(Name(bytes), Name("a"));
}

TEST(Name, ReadsAsAString) {
  const Name name = "member1";
  const std::string& as_string = name;
  const std::string_view as_view = name;
  EXPECT_EQ(as_string, "member1");
  EXPECT_EQ(as_view, "member1");
  EXPECT_EQ("cluster/" + name + "!", "cluster/member1!");
  EXPECT_EQ(std::string("cluster/") + name, "cluster/member1");
  EXPECT_EQ(name + name, "member1member1");
  EXPECT_EQ(name + '/', "member1/");
  EXPECT_TRUE(name.starts_with("member"));
  EXPECT_EQ(name.substr(6), "1");
  std::ostringstream out;
  out << name;
  EXPECT_EQ(out.str(), "member1");
}

TEST(Name, ComparesWithAnyTextByCharacters) {
  const Name name = "b";
  EXPECT_TRUE(name == "b");
  EXPECT_TRUE(std::string("b") == name);
  EXPECT_TRUE(name != std::string_view("c"));
  EXPECT_TRUE(name < "c");
  EXPECT_TRUE(std::string("a") < name);
  EXPECT_TRUE(Name("a") < Name("aa"));
  EXPECT_FALSE(Name("b") < Name("aa"));
  const std::vector<Name> names{"a", "b"};
  EXPECT_EQ(std::ranges::find(names, std::string("b")) - names.begin(), 1);
}

// What is sorted must not depend on which name was met first.
TEST(Name, OrdersByCharactersNotByAge) {
  const Name late = "order-z";
  const Name early = "order-a";
  const std::set<Name> sorted{late, early, Name("order-m")};
  EXPECT_EQ(std::vector<Name>(sorted.begin(), sorted.end()),
            (std::vector<Name>{"order-a", "order-m", "order-z"}));
  const std::map<Name, int, std::less<>> by_name{{late, 1}, {early, 2}};
  EXPECT_EQ(by_name.find(std::string_view("order-a"))->second, 2);
}

TEST(Name, IsTheSameInEveryThread) {
  constexpr int threads_count = 8;
  constexpr int names_count = 5000;  // more than a thread keeps at hand
  std::vector<std::vector<Name>> made(threads_count);
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&made, t] {
      for (int i = 0; i < names_count; ++i) {
        // Each begins elsewhere, so that all of them meet names that are new to the process.
        const int n = (i + t * names_count / threads_count) % names_count;
        made[static_cast<std::size_t>(t)].push_back("thread-test-" + std::to_string(n));
      }
      std::ranges::sort(made[static_cast<std::size_t>(t)]);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const std::vector<Name>& names : made) {
    EXPECT_EQ(names, made.front());
    for (std::size_t i = 0; i < names.size(); i += 97)
      EXPECT_EQ(place(names[i]), place(made.front()[i]));
  }
  std::unordered_set<Name> distinct(made.front().begin(), made.front().end());
  EXPECT_EQ(distinct.size(), static_cast<std::size_t>(names_count));
}

TEST(Text, IsSharedByItsCopies) {
  const Text text = std::string("3/10 nodes are available");
  const Text copy = text;  // NOLINT(performance-unnecessary-copy-initialization): that is the point
  EXPECT_EQ(place(copy), place(text));
  const Text same("3/10 nodes are available");
  EXPECT_NE(place(same), place(text));
  EXPECT_EQ(same, text);
  EXPECT_NE(Text("4/10"), text);
  EXPECT_TRUE(Text().empty());
  EXPECT_EQ(Text(), Text(""));
  EXPECT_TRUE(Text("a") < Text("b"));
  EXPECT_TRUE(text == "3/10 nodes are available");
}

TEST(Shared, CopiesShareUntilOneIsChanged) {
  Shared<std::vector<int>> one = std::vector<int>{1, 2};
  Shared<std::vector<int>> other = one;
  EXPECT_EQ(&*one, &*other);
  other.edit().push_back(3);
  EXPECT_EQ(*one, (std::vector<int>{1, 2}));
  EXPECT_EQ(*other, (std::vector<int>{1, 2, 3}));
  EXPECT_NE(one, other);
  other.edit().pop_back();
  EXPECT_EQ(one, other);
  EXPECT_NE(one, Shared<std::vector<int>>());
  one.reset();
  EXPECT_FALSE(one.has_value());
}

TEST(Shared, AMapIsOfOnesOwnOnceChanged) {
  SharedLabels one{{"app", "web"}};
  SharedLabels other = one;
  other.insert_or_assign("app", "db");
  other.emplace("tier", "gold");
  EXPECT_EQ(one.at("app"), "web");
  EXPECT_EQ(other, (Labels{{"app", "db"}, {"tier", "gold"}}));
  EXPECT_EQ(other.erase("tier"), 1U);
  EXPECT_EQ(other.erase("tier"), 0U);
  EXPECT_FALSE(other.contains("tier"));
  EXPECT_TRUE(SharedLabels().empty());
  EXPECT_EQ(SharedLabels(), Labels());
  EXPECT_EQ(SharedLabels().find("app"), SharedLabels().end());
}

TEST(Shared, StandsInJsonAsWhatItHolds) {
  const auto json = nlohmann::json::parse(
      R"({"namespace": "shop", "name": "web", "uid": "u-1", "labels": {"app": "web"},
          "finalizers": ["example.io/keep"]})");
  ObjectMeta meta;
  Diagnostics diagnostics;
  ReadContext context(diagnostics);
  read_json(json, meta, context);
  EXPECT_EQ(diagnostics.error_count(), 0U);
  EXPECT_EQ(meta.name, "web");
  EXPECT_EQ(meta.uid, "u-1");
  EXPECT_EQ(meta.labels.at("app"), "web");
  nlohmann::json written;
  write_json(meta, written);
  EXPECT_EQ(written, json);
  ReadContext again(diagnostics);
  read_json(nlohmann::json::parse(R"({"name": 7})"), meta, again);
  EXPECT_EQ(diagnostics.error_count(), 1U);
}

}  // namespace
}  // namespace firedrill::api
