#include "collector/collector.h"

#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/files.h"
#include "base/log.h"
#include "collector/component_list.h"
#include "collector/pipeline/service.h"

namespace oc::collector {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kSignalPoll{60'000};  // nothing is due between signals
// Whoever reads the rest leaves out what is named and asks again.
constexpr std::size_t kPrintedProblems = 1000;

Result<ServiceConfig> load(const std::vector<std::string>& config_files, const ComponentList& components) {
  OC_TRY_ASSIGN(const auto loaded, load_config_files(config_files, process_environment()));
  return read_service_config(loaded, components);
}

// The lock of the folder that holds both the config and the storage; none if they lie apart.
Result<std::optional<FileLock>> lock_folder(const std::string& config_file, const Graph& graph) {
  std::error_code ignored;
  const auto folder = fs::weakly_canonical(config_file, ignored).parent_path();
  const auto storage = graph.first_storage();
  if (!storage || fs::weakly_canonical(storage->directory(), ignored).parent_path() != folder) return std::nullopt;
  OC_TRY_ASSIGN(auto lock, FileLock::acquire(folder / "collector.lock"));
  return std::optional(std::move(lock));
}

// A descriptor is held for each file that is read or has lost its name. The soft limit, 1,024 as a rule, is there for
// programs that use select(2).
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

template <typename AnyFactory>
void append_components(std::string& out, std::string_view section, const FactoryList<AnyFactory>& list) {
  out += fmt::format("{}:\n", section);
  for (const auto& factory : list.all()) {
    out += fmt::format("  - name: {}\n", factory.type);
    if (!factory.aliases.empty()) out += fmt::format("    aliases: [{}]\n", fmt::join(factory.aliases, ", "));
  }
}

}  // namespace

Status run_collector(const std::vector<std::string>& config_files, SignalWait& signals) {
  allow_many_descriptors();
  OC_TRY_ASSIGN(const auto components, component_list());
  OC_TRY_ASSIGN(const auto config, load(config_files, components));
  Service service(components, system_clock());
  OC_TRY(service.start(config));
  OC_TRY_ASSIGN(const auto lock, lock_folder(config_files[0], service.graph()));
  log::info("collecting, config {}", config.hash);
  while (true) {
    switch (signals.wait(kSignalPoll)) {
      case SignalWait::Event::kReload:
        (void)service.reload(config_files);
        break;  // it logs and counts the failure
      case SignalWait::Event::kStop:
      case SignalWait::Event::kLifelineLost:
        service.stop();
        return {};
      case SignalWait::Event::kChild:
      case SignalWait::Event::kTimeout:
        break;
    }
  }
}

std::vector<ConfigProblem> validate_config(const std::vector<std::string>& config_files) {
  const auto components = component_list();
  if (!components) return {problem_of("", components.error())};
  const auto loaded = load_config_files(config_files, process_environment());
  if (!loaded) return {problem_of("", loaded.error())};
  auto problems = check_service_config(*loaded, *components);
  if (!problems.empty()) return problems;
  const auto config = read_service_config(*loaded, *components);
  MetricRegistry metrics;
  SharedServices shared;
  if (auto checked = check_graph(*config, {metrics, system_clock(), shared}); !checked)
    problems.push_back(problem_of("", checked.error()));
  return problems;
}

std::string validation_json(const std::vector<ConfigProblem>& problems) {
  Json list = Json::array();
  for (const auto& problem : problems)
    if (list.size() < kPrintedProblems) list.push_back(to_json(problem));
  const auto left_out = problems.size() - list.size();
  return Json{{"problems", std::move(list)}, {"left_out", left_out}}.dump();
}

DryRunReport try_config(const std::vector<std::string>& config_files, const DryRunOptions& options) {
  const auto components = component_list();
  if (components) return dry_run(config_files, *components, options);
  DryRunReport report;
  report.errors.push_back({{}, {}, components.error().text()});
  return report;
}

std::string list_components() {
  const auto components = component_list();
  if (!components) return components.error().text();
  std::string text;
  append_components(text, "receivers", components->receivers);
  append_components(text, "processors", components->processors);
  append_components(text, "exporters", components->exporters);
  append_components(text, "extensions", components->extensions);
  return text;
}

}  // namespace oc::collector
