/// The heap of Go's container/heap: the order of equals included.

#include "policy/runtime/go_heap.h"

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace firedrill::policy {
namespace {

struct Due {
  int at = 0;
  std::string name;
  std::size_t index = 0;
};
bool earlier(const Due& a, const Due& b) {
  return a.at < b.at;
}

class GoHeapOrder : public testing::Test {
 protected:
  void push(int at, const std::vector<std::string>& names) {
    for (const std::string& name : names)
      heap.push(dues.emplace_back(Due{at, name, 0}));
  }
  std::vector<std::string> pop(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
      names.push_back(heap.pop().name);
    return names;
  }

  std::deque<Due> dues;
  GoHeap<Due, &earlier> heap;
};

// The evictions of c03, c11 and c27 in conformance/karmada-e2e2/scale-50x500.json: nine tolerations
// end at 245 s, and this is the order in which the workers get them.
TEST_F(GoHeapOrder, OfEqualsFollowsFromTheMovesBefore) {
  push(245, {"w0027", "w0106", "w0136", "w0267", "w0276", "w0320", "w0004", "w0043", "w0183"});
  push(220, {"w0304", "w0310", "w0325"});
  push(231, {"w0082", "w0176"});
  push(256, {"w0199", "w0314"});
  EXPECT_EQ(pop(3), (std::vector<std::string>{"w0304", "w0310", "w0325"}));
  EXPECT_EQ(pop(2), (std::vector<std::string>{"w0082", "w0176"}));
  EXPECT_EQ(pop(9), (std::vector<std::string>{"w0267", "w0106", "w0276", "w0043", "w0183", "w0004",
                                              "w0320", "w0027", "w0136"}));
  EXPECT_EQ(pop(2), (std::vector<std::string>{"w0199", "w0314"}));
  EXPECT_TRUE(heap.empty());
}

TEST_F(GoHeapOrder, IsRestoredAfterAnElementMoved) {
  push(5, {"a", "b", "c", "d"});
  Due& last = dues[3];
  last.at = 1;
  heap.fix(last);
  EXPECT_EQ(heap.top().name, "d");
  last.at = 9;
  heap.fix(last);
  EXPECT_EQ(pop(4).back(), "d");
}

}  // namespace
}  // namespace firedrill::policy
