// The benchmark workloads in small: both loops must count and compute what they should.

#include <cstdint>
#include <ostream>

#include <gtest/gtest.h>

#include "naive_loop.h"
#include "workloads.h"

namespace firedrill::bench {

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << outcome.events << " events, check value " << outcome.check;
}

namespace {

constexpr std::int64_t millisecond = 1'000'000;

template <class Workload>
Outcome outcome_of(Size size) {
  Workload workload(size);
  workload.run();
  return workload.outcome();
}

template <class Loop>
class EngineWorkload : public testing::Test {};
using Loops = testing::Types<NaiveLoop, EngineLoop>;
TYPED_TEST_SUITE(EngineWorkload, Loops);

TYPED_TEST(EngineWorkload, Hold) {
  EXPECT_EQ(outcome_of<Hold<TypeParam>>({10, 1'000 * millisecond}),
            (Outcome{14, 15362738631823041017U}));
  EXPECT_EQ(outcome_of<Hold<TypeParam>>({1'000, 5'000 * millisecond}),
            (Outcome{4'868, 11500548517694550365U}));
}

TYPED_TEST(EngineWorkload, Phold) {
  EXPECT_EQ(outcome_of<Phold<TypeParam>>({1'024, 3'360 * millisecond}),
            (Outcome{48'580, 11489856979590069084U}));
}

TYPED_TEST(EngineWorkload, Leases) {
  EXPECT_EQ(outcome_of<Leases<TypeParam>>({1'000, 200'000 * millisecond}),
            (Outcome{19'881, 1166400499201U}));
}

TEST(EngineDeadlineLeases, CountTheSame) {
  EXPECT_EQ(outcome_of<DeadlineLeases>({1'000, 200'000 * millisecond}),
            (Outcome{19'881, 1166400499201U}));
}

TYPED_TEST(EngineWorkload, NapsAsCoroutines) {
  EXPECT_EQ(outcome_of<Naps<TypeParam>>({1'000, 27'500 * millisecond}),
            (Outcome{4'642, 3867210308625984624U}));
}

TYPED_TEST(EngineWorkload, NapsAsCallbacks) {
  EXPECT_EQ(outcome_of<NapCallbacks<TypeParam>>({1'000, 27'500 * millisecond}),
            (Outcome{4'642, 3867210308625984624U}));
}

}  // namespace
}  // namespace firedrill::bench
