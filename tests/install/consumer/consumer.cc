// The engine in somebody else's program: a loop that ticks every ten seconds for half a minute.

#include <chrono>
#include <cstdio>
#include <functional>

#include "sim/engine.h"
#include "sim/time.h"

int main() {
  using namespace std::chrono_literals;
  namespace sim = firedrill::sim;

  sim::Engine engine;
  std::function<void()> tick = [&] {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(engine.now() - sim::start_time);
    std::printf("tick at %lld s\n", static_cast<long long>(seconds.count()));
    engine.after(10s, sim::Phase::control, [&tick] { tick(); });
  };
  engine.after(10s, sim::Phase::control, [&tick] { tick(); });
  engine.run_through(sim::start_time + 30s);
  return 0;
}
