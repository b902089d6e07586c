// Routes that are kept up are those that would be found anew, whatever happened before.

#include "models/network/routes.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr SiteId hub{0};

SiteId site(std::uint32_t number) {
  return SiteId{number};
}
LinkId link(std::uint32_t number) {
  return LinkId{number};
}

/// Latencies found by going over all links until nothing gets shorter.
std::vector<std::optional<sim::Duration>> latencies_from(SiteId root,
                                                         std::size_t sites,
                                                         const std::vector<RouteLink>& links,
                                                         RouteDirection direction) {
  std::vector<std::optional<sim::Duration>> found(sites);
  found.at(static_cast<std::size_t>(root)) = sim::Duration::zero();
  for (bool changed = true; changed;) {
    changed = false;
    for (const RouteLink& way : links) {
      const bool outbound = direction == RouteDirection::outbound;
      const auto& start = found.at(static_cast<std::size_t>(outbound ? way.from : way.to));
      auto& end = found.at(static_cast<std::size_t>(outbound ? way.to : way.from));
      if (!way.up || !start || (end && *end <= *start + way.latency)) continue;
      end = *start + way.latency;
      changed = true;
    }
  }
  return found;
}

/// The ends of a path fit together, it starts and ends where it should, and takes what it says.
void check_path(const Routes& routes,
                const std::vector<RouteLink>& links,
                SiteId from,
                SiteId to,
                SiteId far_end) {
  const std::optional<sim::Duration> latency = routes.latency(far_end);
  const std::vector<LinkId> path = routes.path(far_end);
  if (!latency) {
    RC_ASSERT(path.empty());
    return;
  }
  sim::Duration sum{};
  for (const LinkId number : path) {
    const RouteLink& way = links.at(static_cast<std::size_t>(number));
    RC_ASSERT(way.up);
    RC_ASSERT(way.from == from);
    from = way.to;
    sum += way.latency;
  }
  RC_ASSERT(from == to);
  RC_ASSERT(sum == *latency);
}

void check_against_fresh(const Routes& kept,
                         std::size_t sites,
                         const std::vector<RouteLink>& links,
                         RouteDirection direction) {
  const auto expected = latencies_from(hub, sites, links, direction);
  const Routes fresh(sites, links, hub, direction);
  for (std::uint32_t i = 0; i < sites; ++i) {
    RC_ASSERT(kept.latency(site(i)) == expected[i]);
    RC_ASSERT(kept.path(site(i)) == fresh.path(site(i)));
    const bool outbound = direction == RouteDirection::outbound;
    check_path(kept, links, outbound ? hub : site(i), outbound ? site(i) : hub, site(i));
  }
}

RouteLink random_link(std::uint32_t sites) {
  // Few different latencies, zero among them: many routes are equally short.
  return {.from = site(*rc::gen::inRange<std::uint32_t>(0, sites)),
          .to = site(*rc::gen::inRange<std::uint32_t>(0, sites)),
          .latency = std::chrono::milliseconds(*rc::gen::inRange(0, 5)),
          .up = *rc::gen::inRange(0, 5) != 0};
}

void kept_as_found_anew(RouteDirection direction) {
  const auto sites = *rc::gen::inRange<std::uint32_t>(1, 9);
  std::vector<RouteLink> links;
  const int count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i)
    links.push_back(random_link(sites));
  Routes routes(sites, links, hub, direction);
  check_against_fresh(routes, sites, links, direction);
  const int changes = links.empty() ? 0 : *rc::gen::inRange(1, 12);
  for (int i = 0; i < changes; ++i) {
    const auto number = *rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(count));
    RouteLink& changed = links.at(number);
    const RouteLink next = random_link(sites);
    changed.latency = next.latency;
    changed.up = next.up;
    routes.change(link(number), changed.latency, changed.up);
    check_against_fresh(routes, sites, links, direction);
  }
}

TEST(Routes, KeptUpAreThoseFoundAnew) {
  EXPECT_TRUE(rc::check("outbound", [] { kept_as_found_anew(RouteDirection::outbound); }));
  EXPECT_TRUE(rc::check("inbound", [] { kept_as_found_anew(RouteDirection::inbound); }));
}

/// hub -10ms-> 1 -10ms-> 2, and hub -30ms-> 2.
std::vector<RouteLink> triangle() {
  return {{.from = hub, .to = site(1), .latency = 10ms},
          {.from = site(1), .to = site(2), .latency = 10ms},
          {.from = hub, .to = site(2), .latency = 30ms}};
}

TEST(Routes, TakesTheDetourWhileTheDirectLinkIsSlower) {
  Routes routes(3, triangle(), hub, RouteDirection::outbound);
  EXPECT_EQ(routes.latency(site(2)), 20ms);
  EXPECT_THAT(routes.path(site(2)), ElementsAre(link(0), link(1)));
  routes.change(link(2), 5ms, true);
  EXPECT_EQ(routes.latency(site(2)), 5ms);
  EXPECT_THAT(routes.path(site(2)), ElementsAre(link(2)));
}

TEST(Routes, EndsWhereEveryWayIsDown) {
  Routes routes(3, triangle(), hub, RouteDirection::outbound);
  routes.change(link(1), 10ms, false);
  EXPECT_EQ(routes.latency(site(2)), 30ms);
  routes.change(link(2), 30ms, false);
  EXPECT_EQ(routes.latency(site(2)), std::nullopt);
  EXPECT_THAT(routes.path(site(2)), IsEmpty());
  EXPECT_EQ(routes.latency(site(1)), 10ms);
  routes.change(link(1), 1ms, true);
  EXPECT_EQ(routes.latency(site(2)), 11ms);
}

TEST(Routes, PrefersFewerLinksAmongEquallyFast) {
  std::vector<RouteLink> links = triangle();
  links[2].latency = 20ms;
  const Routes routes(3, links, hub, RouteDirection::outbound);
  EXPECT_THAT(routes.path(site(2)), ElementsAre(link(2)));
}

TEST(Routes, LinksHaveADirection) {
  const Routes inbound(3, triangle(), hub, RouteDirection::inbound);
  EXPECT_EQ(inbound.latency(hub), 0ms);
  EXPECT_EQ(inbound.latency(site(1)), std::nullopt);
}

TEST(Routes, LeavesTheRestAlone) {
  // A chain: a change at its end concerns nobody else.
  std::vector<RouteLink> links;
  for (std::uint32_t i = 0; i + 1 < 100; ++i)
    links.push_back({.from = site(i), .to = site(i + 1), .latency = 1ms});
  Routes routes(100, links, hub, RouteDirection::outbound);
  routes.change(link(98), 5ms, true);
  EXPECT_EQ(routes.touched().size(), 1U);
  routes.change(link(98), 1ms, true);
  EXPECT_EQ(routes.touched().size(), 1U);
  routes.change(link(97), 1ms, false);
  EXPECT_EQ(routes.touched().size(), 2U);
}

}  // namespace
}  // namespace firedrill::models
