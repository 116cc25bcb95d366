#include "collector/dry_run/dry_run.h"

#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "collector/dry_run/stand_ins.h"
#include "collector/pipeline/graph.h"
#include "collector/receivers/file_log/checkpoint.h"

namespace oc::collector {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Sources looked at; with more, each of them would show too few records to say anything.
constexpr std::uint64_t kMaxSources = 200;
// Of all sources together, and at least of each: what is read is held in memory.
constexpr std::uint64_t kMaxSampleBytes = 64 << 20;
constexpr std::uint64_t kLeastBytesASource = 64 << 10;
// How often a file that nothing comes of is looked at.
constexpr std::chrono::milliseconds kLookForFile{100};

// "file:12:3: otlp_http: 'x' must be …", or the same without the place.
DryRunError to_dry_run_error(const Error& error) {
  DryRunError out{{}, {}, error.text()};
  std::size_t colon = 0;
  int numbers = 0;
  for (std::size_t from = 0; (colon = out.message.find(':', from)) != std::string::npos; from = colon + 1) {
    const auto part = std::string_view(out.message).substr(from, colon - from);
    const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    numbers = number ? numbers + 1 : 0;
    if (part.find(' ') != std::string_view::npos || numbers == 2) break;
  }
  if (numbers == 2) {
    out.place = out.message.substr(0, colon);
    out.message = out.message.substr(std::min(colon + 2, out.message.size()));
  }
  const auto end = out.message.find(": ");
  if (end != std::string::npos && out.message.find(' ') == end + 1) {
    out.component = out.message.substr(0, end);
    out.message = out.message.substr(end + 2);
  }
  return out;
}

class DryRun {
 public:
  DryRun(const std::vector<std::string>& files, const ComponentList& components, const DryRunOptions& options)
      : files_(files), components_(components), options_(options), deadline_(SteadyClock::now() + options.timeout) {}
  ~DryRun() { stop(); }

  DryRunReport run() {
    const auto started = SteadyClock::now();
    if (auto done = try_config(); !done) report_.errors.push_back(to_dry_run_error(done.error()));
    report_.seconds = std::chrono::duration<double>(SteadyClock::now() - started).count();
    return std::move(report_);
  }

 private:
  Status try_config() {
    OC_TRY_ASSIGN(const auto loaded, load_config_files(files_, process_environment()));
    OC_TRY_ASSIGN(config_, read_service_config(loaded, components_));
    OC_TRY(check_receivers());
    stand_in();
    OC_TRY_ASSIGN(graph_, build_graph(config_, host_, {}));
    choose_sources();
    OC_TRY(start_receivers());
    report_.accepted = true;
    collect();
    return {};
  }

  Status check_receivers() const {
    std::set<std::string> known;
    for (const auto& [id, receiver] : config_.receivers) known.insert(id.text());
    for (const auto& id : options_.receivers)
      if (!known.contains(id))
        return permanent(fmt::format("there is no receiver {} in a pipeline", id), "name one of the config's");
    return {};
  }

  // Storages are in memory, exporters count, whatever opens a port is left out.
  void stand_in() {
    config_.telemetry.enabled = false;
    std::erase_if(config_.extension_order,
                  [&](const auto& id) { return config_.extensions.at(id).factory->type != "file_storage"; });
    for (auto& [id, extension] : config_.extensions) extension.factory = &storage_factory_;
    for (auto& [id, exporter] : config_.exporters) exporter.factory = &exporter_factory_;
  }

  // Those that have records, spread evenly over all if there are too many.
  void choose_sources() {
    const auto time_for_it = SteadyClock::now() + (deadline_ - SteadyClock::now()) / 2;
    std::vector<ComponentId> all;
    for (const auto& [id, receiver] : config_.receivers)
      if (is_wanted(id.text())) all.push_back(id);
    report_.known_sources = all.size();
    const std::uint64_t most = std::min(kMaxSources, std::max<std::uint64_t>(options_.records, 1));
    const std::uint64_t count = std::min<std::uint64_t>(all.size(), most);
    per_source_ = count == 0 ? 0 : std::min(options_.per_source, std::max<std::uint64_t>(options_.records / count, 1));
    bytes_per_source_ = std::max(kLeastBytesASource, kMaxSampleBytes / std::max<std::uint64_t>(count, 1));
    std::vector<std::size_t> order(all.size());
    // Every n-th first, so that those are taken which lie far apart; the others where these are idle.
    const std::size_t step = count == 0 ? 1 : (all.size() + count - 1) / count;
    for (std::size_t first = 0, at = 0; first < step; ++first)
      for (std::size_t i = first; i < all.size(); i += step) order[at++] = i;
    std::vector<std::pair<ComponentId, NewestRecords>> idle;
    for (const std::size_t i : order) {
      if (chosen_.size() == count || SteadyClock::now() > (chosen_.empty() ? deadline_ : time_for_it)) break;
      auto newest = newest_of(all[i]);
      (newest.file_id.empty() ? idle : chosen_).emplace_back(all[i], std::move(newest));
    }
    for (auto& entry : idle)
      if (chosen_.size() < count) chosen_.push_back(std::move(entry));
    report_.sampled = chosen_.size() < all.size();
  }

  bool is_wanted(const std::string& id) const {
    return options_.receivers.empty() || std::ranges::find(options_.receivers, id) != options_.receivers.end();
  }

  NewestRecords newest_of(const ComponentId& id) const {
    const auto* files = dynamic_cast<const FileLogConfig*>(config_.receivers.at(id).config.get());
    return files ? newest_records(*files, per_source_, bytes_per_source_) : NewestRecords();
  }

  Status start_receivers() {
    for (auto& [id, newest] : chosen_) {
      const auto& configured = config_.receivers.at(id);
      auto storage = std::make_shared<MemoryStorage>();
      for (const auto& checkpoint : newest.checkpoints)
        storage->write({{checkpoint_key(checkpoint.source_id, checkpoint.file_id), encode_checkpoint(checkpoint)}}, {});
      const std::uint64_t most = std::min(per_source_, options_.records - std::min(options_.records, planned_));
      const bool idle = newest.file_id.empty() || most == 0;
      if (most == 0) newest.file_id.clear();
      samples_.push_back(
          std::make_shared<Sample>(DryRunReport::Source{configured.config->source_id, id.text(), 0, 0, {}}, newest,
                                   most, graph_.consumers.at(id)));
      if (idle) continue;
      planned_ += most;
      receivers_.push_back(configured.factory->make(id, configured.config, host_));
      ReceiverStart start{samples_.back(), std::move(storage), [](const auto&) { return no_watermarks(); }};
      if (auto started = receivers_.back()->start(std::move(start)); !started) {
        receivers_.pop_back();
        return in_context(started.error(), id.text());
      }
    }
    return {};
  }
  static std::vector<contracts::Watermark> no_watermarks() { return {}; }

  void collect() {
    std::size_t late = 0;
    for (std::size_t i = 0; i < samples_.size(); ++i) late += came(*samples_[i], chosen_[i].second) ? 0 : 1;
    report_.finished = late == 0 && (!samples_.empty() || report_.known_sources == 0);
    if (!report_.finished)
      report_.errors.push_back({"", "",
                                fmt::format("{} of {} sources looked at were not through the pipelines after {} ms",
                                            late, samples_.size(), options_.timeout.count())});
    for (const auto& sample : samples_) report_.sources.push_back(sample->result());
    for (const auto& [id, exporter] : graph_.exporters)
      report_.exporters.push_back({id.text(), static_cast<const CountingExporter&>(*exporter.part).records()});
  }

  // What is deleted or truncated meanwhile is waited for no longer: containers come and go.
  bool came(Sample& sample, const NewestRecords& wanted) const {
    for (;;) {
      const auto now = SteadyClock::now();
      if (sample.wait_until(std::min(deadline_, now + kLookForFile))) return true;
      if (!still_there(wanted)) return true;
      if (now >= deadline_) return false;
    }
  }

  void stop() {
    for (const auto& receiver : receivers_) receiver->stop();
    receivers_.clear();
    for (const auto& [id, processor] : graph_.processors)
      if (processor.part) processor.part->stop();
  }

  const std::vector<std::string>& files_;
  const ComponentList& components_;
  const DryRunOptions options_;
  const SteadyClock::time_point deadline_;
  const ExtensionFactory storage_factory_{
      "file_storage", {}, {}, [](const auto&, auto, const auto&) { return std::make_shared<MemoryStorage>(); }};
  const ExporterFactory exporter_factory_{
      "counting", {}, {}, [](const auto&, auto, const auto&, auto) { return std::make_shared<CountingExporter>(); }};
  MetricRegistry metrics_;
  SharedServices shared_;
  const Host host_{metrics_, system_clock(), shared_};
  ServiceConfig config_;
  Graph graph_;
  std::uint64_t per_source_ = 0, bytes_per_source_ = 0, planned_ = 0;
  std::vector<std::pair<ComponentId, NewestRecords>> chosen_;
  std::vector<std::shared_ptr<Sample>> samples_;
  std::vector<std::shared_ptr<Receiver>> receivers_;
  DryRunReport report_;
};

}  // namespace

DryRunReport dry_run(const std::vector<std::string>& config_files, const ComponentList& components,
                     const DryRunOptions& options) {
  return DryRun(config_files, components, options).run();
}

}  // namespace oc::collector
