// A registry of a million sources: how fast they come in, and what a page costs then. Prints KEY=VALUE lines; driven by
// `./dev bench registry`. REGISTRY_BENCHMARK_SOURCES makes it smaller.
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/temporary_directory.h"
#include "control_plane/registry/log_source_registry.h"
#include "control_plane/registry/sqlite_registry.h"

namespace oc::control_plane {
namespace {

using Time = std::chrono::steady_clock;

constexpr int kBatch = 10'000;        // what an agent with so many sources reports at once
constexpr int kRegistered = 100'000;  // by the registry, to know its rate; the rest is copied below it, in a minute
constexpr int kAgents = 100;
constexpr int kSamples = 200;
constexpr std::size_t kPage = 100;

double seconds_since(Time::time_point begin) { return std::chrono::duration<double>(Time::now() - begin).count(); }

int wanted_sources() {
  const char* text = std::getenv("REGISTRY_BENCHMARK_SOURCES");
  return text ? std::atoi(text) : 1'000'000;
}

model::DiscoveredLogSource source(int number) {
  static const char* const kServices[] = {"nginx", "checkout", "inventory", "postgres", "search"};
  model::DiscoveredLogSource source;
  source.source_id = fmt::format("{:016x}", static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15u);
  source.log_path = fmt::format("/var/log/{}/node-{:04d}/app-{:07d}.log", kServices[number % 5], number % 1000, number);
  source.metadata = {{"service_name", kServices[number % 5]}, {"device", "65024"}, {"inode", std::to_string(number)}};
  source.shape.shape = number % 3 == 0 ? "ndjson" : "text";
  source.discovered_at_ns = 1'795'399'869'120'000'000;
  return source;
}

AgentRecord agent(int number) {
  return {fmt::format("01935bc8-0000-7000-8000-{:012d}", number), fmt::format("host-{}", number), "0.1.0", 1, 1};
}

// Of this process: what an insertion takes whatever else the machine does.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

class Bench {
 public:
  explicit Bench(SqliteRegistry& repositories)
      : sources_(repositories.sources()), registry_(sources_, repositories.agents(), system_clock()) {}

  void insert(int count) {
    const auto begin = Time::now();
    const double cpu_begin = cpu_seconds();
    double longest = 0;
    for (int done = 0; done < count; done += kBatch) {
      std::vector<model::DiscoveredLogSource> batch;
      for (int i = done; i < std::min(count, done + kBatch); ++i) batch.push_back(source(i));
      const auto owner = agent(done / kBatch % kAgents);
      const auto batch_begin = Time::now();
      check(registry_.save_agent(owner));
      check(registry_.register_sources(owner, batch));
      longest = std::max(longest, seconds_since(batch_begin));
    }
    fmt::print("insert_sources_per_second={:.0f}\n", count / seconds_since(begin));
    fmt::print("insert_sources_per_cpu_second={:.0f}\n", count / (cpu_seconds() - cpu_begin));
    fmt::print("insert_{}_at_once_seconds_max={:.3f}\n", kBatch, longest);
    std::vector<std::string> gone;
    for (int i = 0; i < count; i += 50) gone.push_back(source(i).source_id);
    const auto removal = Time::now();
    check(registry_.mark_removed(gone));
    fmt::print("mark_inactive_sources_per_second={:.0f}\n", static_cast<double>(gone.size()) / seconds_since(removal));
  }

  // Each sample asks for another page where `after` or `text` let it.
  template <typename MakeFilter, typename MakeAfter>
  void pages(const char* name, MakeFilter filter_of, MakeAfter after_of) {
    std::vector<double> milliseconds, cpu;
    std::size_t found = 0;
    for (int i = 0; i < kSamples; ++i) {
      const double cpu_begin = cpu_seconds();
      const auto begin = Time::now();
      const auto page = sources_.list_sources(filter_of(i), after_of(i), kPage);
      milliseconds.push_back(seconds_since(begin) * 1000);
      cpu.push_back((cpu_seconds() - cpu_begin) * 1000);
      check(page);
      found += page->sources.size();
    }
    const auto p99 = percentile(milliseconds, 0.99);
    fmt::print("{}_cpu_ms_p99={:.2f}\n", name, percentile(cpu, 0.99));
    fmt::print("{}_ms_p50={:.2f}\n{}_ms_p99={:.2f}\n{}_sources_a_page={:.1f}\n", name, percentile(milliseconds, 0.5),
               name, p99, name, static_cast<double>(found) / kSamples);
    fmt::print("bar {}_ms_p99: {:.2f} of 50 ({:.2f}) {}\n", name, p99, p99 / 50, p99 <= 50 ? "ok" : "MISSED");
    std::fflush(stdout);
  }

 private:
  template <typename Outcome>
  static void check(const Outcome& outcome) {
    if (outcome) return;
    fmt::print(stderr, "{}\n", outcome.error().text());
    std::exit(1);
  }

  SourceRepository& sources_;
  LogSourceRegistry registry_;
};

// Sources `from` to `to`, like source(), spread over agents and one of fifty inactive.
void copy(const std::filesystem::path& file, int from, int to) {
  auto database = Database::open(file);
  const auto copied = database->execute(
      "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2) INSERT INTO "
      "sources(source_id, "
      "registration_id, agent_id, status, log_path, service_name, source, labels, registered_at_ns, last_seen_ns) "
      "SELECT printf('%016x', i * 7046029254386), registration_id, printf('01935bc8-0000-7000-8000-%012d', i / 10000 % "
      "100), iif(i % 50, 0, 1), replace(replace(log_path, 'node-0000', printf('node-%04d', i % 1000)), '0000000', "
      "printf('%07d', i)), service_name, replace(source, '0000000', printf('%07d', i)), labels, 1, 1 FROM (SELECT * "
      "FROM sources WHERE seq = 1), n",
      {std::int64_t{from}, std::int64_t{to}});
  const auto indexed = database->script("INSERT INTO source_text(source_text) VALUES ('rebuild')");
  if (!copied || !indexed) fmt::print(stderr, "copying failed\n"), std::exit(1);
}

void measure(Bench& bench, int count) {
  using model::SourceStatus;
  const auto start = [](int) { return std::int64_t{0}; };
  const auto anywhere = [count](int i) { return static_cast<std::int64_t>(i) * count / kSamples; };
  const auto filter = [](SourceFilter fixed) { return [fixed](int) { return fixed; }; };
  bench.pages("first_page", filter({}), start);
  bench.pages("deep_page", filter({}), anywhere);
  bench.pages("status_active", filter({SourceStatus::kActive}), anywhere);
  bench.pages("status_inactive", filter({SourceStatus::kInactive}), anywhere);
  bench.pages(
      "text_one_match",
      [count](int i) { return SourceFilter{std::nullopt, fmt::format("app-{:07d}", i * (count / kSamples))}; }, start);
  bench.pages(
      "text_thousand_matches", [](int i) { return SourceFilter{std::nullopt, fmt::format("node-{:04d}", i % 1000)}; },
      start);
  bench.pages("text_all_match", filter({std::nullopt, "var/log"}), anywhere);
  bench.pages("text_and_status", filter({SourceStatus::kInactive, "nginx"}), anywhere);
  bench.pages("text_and_status_disjoint", filter({SourceStatus::kInactive, "checkout/"}), start);
  bench.pages("agent", [](int i) { return SourceFilter{std::nullopt, "", agent(i % kAgents).agent_id}; }, start);
  bench.pages(
      "agent_active", [](int i) { return SourceFilter{SourceStatus::kActive, "", agent(i % kAgents).agent_id}; },
      start);
  bench.pages("type", filter({std::nullopt, "", "", model::SourceType::kFilesystem}), anywhere);
  bench.pages("type_and_status", filter({SourceStatus::kInactive, "", "", model::SourceType::kFilesystem}), anywhere);
}

void registry(benchmark::State& state) {
  for (auto _ : state) {
    const TemporaryDirectory folder;
    const auto file = folder / "control-plane.db";
    auto opened = SqliteRegistry::open(file);
    if (!opened) return state.SkipWithError(opened.error().text().c_str());
    Bench bench(*opened);
    const int count = wanted_sources();
    bench.insert(std::min(count, kRegistered));
    if (count > kRegistered) copy(file, kRegistered, count);
    fmt::print("sources={}\n", count);
    fmt::print("database_mb={:.0f}\n", static_cast<double>(std::filesystem::file_size(file)) / 1e6);
    measure(bench, count);
  }
}
BENCHMARK(registry)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace oc::control_plane
