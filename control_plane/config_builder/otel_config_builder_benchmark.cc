// Rendering the largest configs: 10,000 sources, with and without an overlay that touches each of them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "control_plane/config_builder/config_diff.h"
#include "control_plane/config_builder/otel_config_builder.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

void render(benchmark::State& state, const std::string& overlay) {
  std::vector<model::DiscoveredLogSource> sources;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    sources.push_back(test_source(fmt::format("{:032x}", i * 7919), fmt::format("service-{}", i % 100)));
  std::vector<LabelledSource> labelled;
  for (const auto& source : sources) labelled.push_back({&source, nullptr});
  model::Policy policy;
  policy.overlay_text = overlay;
  const OtelConfigBuilder builder{contracts::Config{}};
  const CollectorSettings settings{.storage_directory = "/data", .host_name = "web-1"};
  std::size_t bytes = 0;
  for (auto _ : state) bytes = builder.build(settings, labelled, policy)->yaml.size();
  state.counters["bytes"] = static_cast<double>(bytes);
}

void Render(benchmark::State& state) { render(state, ""); }
void RenderWithOverlay(benchmark::State& state) {
  render(state, "receivers: {file_log/*: {poll_interval: 1s, resource: {team: shop}}}\n");
}
BENCHMARK(Render)->Arg(100)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(RenderWithOverlay)->Arg(100)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oc::control_plane
