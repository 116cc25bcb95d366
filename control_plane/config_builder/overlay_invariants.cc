#include "control_plane/config_builder/overlay_invariants.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "contracts/labels/labels.h"

namespace oc::control_plane {

namespace {

// A receiver's keys by which the product finds its source, its file and its place in it again.
constexpr std::array<std::string_view, 6> kReceiverKeys = {
    "include", "inside_container", "storage", "start_offset", "include_file_path", "include_file_record_offset"};

bool same_or_both_missing(const YamlTree* a, const YamlTree* b) {
  return a == nullptr || b == nullptr ? a == b : same_content(*a, *b);
}

bool lists(const YamlTree* list, std::string_view name) {
  return list != nullptr && std::ranges::any_of(list->items, [&](const auto& item) { return item.is_scalar(name); });
}

// The overlay's place nearest to a path: of the value itself, else of the deepest key above it.
YamlPlace nearest_place(const YamlTree& tree, std::initializer_list<std::string_view> path) {
  const YamlTree* at = &tree;
  YamlPlace nearest;
  for (const auto key : path) {
    const auto* field = at->field(key);
    if (field == nullptr) break;
    if (field->place) nearest = field->place;
    at = &field->value;
  }
  return nearest;
}

class Invariants {
 public:
  Invariants(const YamlTree& base, const YamlTree& merged, const std::map<std::string, std::string>& blocks,
             const std::string& file)
      : base_(base), merged_(merged), blocks_(blocks), file_(file) {}

  std::vector<ConfigProblem> check() {
    own_telemetry();
    extensions();
    pipelines();
    receivers();
    return std::move(found_);
  }

 private:
  void own_telemetry() {
    unchanged({"service", "telemetry", "metrics", "readers"}, "service::telemetry",
              "the collector's own metrics must stay where the agent reads them");
    unchanged({"service", "telemetry", "metrics", "level"}, "service::telemetry",
              "the collector's own metrics must keep their level");
  }

  void extensions() {
    unchanged({"extensions", "file_storage"}, "extensions::file_storage",
              "the checkpoints' storage must stay as it is");
    unchanged({"extensions", "health_check"}, "extensions::health_check",
              "the health check must stay where the agent asks for it");
    const auto* used = merged_.find({"service", "extensions"});
    for (const std::string_view name : {"file_storage", "health_check"})
      if (!lists(used, name))
        refuse({"service", "extensions"}, "service::extensions", fmt::format("'{}' must stay in the list", name),
               fmt::format("lists replace each other: repeat '{}' in yours", name));
  }

  void unchanged(std::initializer_list<std::string_view> path, std::string_view component, std::string_view why) {
    if (!same_or_both_missing(base_.find(path), merged_.find(path)))
      refuse(path, component, std::string(why), "remove these keys from the overlay");
  }

  void pipelines() {
    const auto* pipelines = merged_.find({"service", "pipelines"});
    if (pipelines == nullptr) return;
    std::set<std::string_view> used;
    for (const auto& pipeline : pipelines->fields) {
      limiter_first(pipeline);
      if (const auto* receivers = pipeline.value.find({"receivers"}))
        for (const auto& item : receivers->items) used.insert(item.scalar);
    }
    const auto left_out =
        std::ranges::count_if(blocks_, [&](const auto& block) { return !used.contains(block.first); });
    if (left_out > 0)
      refuse({"service", "pipelines", "logs", "receivers"}, "service::pipelines::logs",
             fmt::format("{} of {} rendered receivers are in no pipeline", left_out, blocks_.size()),
             "put receivers of your own into a pipeline of their own, such as logs/mine");
  }

  void limiter_first(const YamlField& pipeline) {
    const auto* processors = pipeline.value.find({"processors"});
    const bool first =
        processors != nullptr && !processors->items.empty() &&
        (processors->items[0].scalar == "memory_limiter" || processors->items[0].scalar.starts_with("memory_limiter/"));
    if (!first)
      refuse({"service", "pipelines", pipeline.key, "processors"}, "service::pipelines::" + pipeline.key,
             "memory_limiter must be the first processor", "lists replace each other: begin yours with memory_limiter");
  }

  void receivers() {
    const auto* base = base_.find({"receivers"});
    const auto* merged = merged_.find({"receivers"});
    if (base == nullptr || merged == nullptr) return;
    // Merging keeps the order and only appends.
    for (std::size_t i = 0; i < base->fields.size() && i < merged->fields.size(); ++i)
      receiver(base->fields[i].key, base->fields[i].value, merged->fields[i].value);
  }

  void receiver(const std::string& name, const YamlTree& base, const YamlTree& merged) {
    for (const auto key : kReceiverKeys)
      if (!same_or_both_missing(base.find({key}), merged.find({key})))
        refuse({"receivers", name, key}, "receivers::" + name,
               fmt::format("'{}' of a rendered receiver must stay as it is", key),
               "a receiver of your own, in a pipeline of its own, may have any");
    const auto* id = merged.find({"resource", contracts::kSourceIdAttribute});
    const auto* rendered = base.find({"resource", contracts::kSourceIdAttribute});
    if (!same_or_both_missing(rendered, id))
      refuse({"receivers", name, "resource", contracts::kSourceIdAttribute}, "receivers::" + name,
             "the resource attribute source_id must stay as it is", "other resource attributes may be changed");
  }

  // One place is named once: `file_log/*` would repeat itself for every source.
  void refuse(std::initializer_list<std::string_view> path, std::string_view component, std::string message,
              std::string next_step) {
    const auto place = nearest_place(merged_, path);
    const auto repeated = [&](const auto& known) {
      return known.line == place.line && known.column == place.column && known.message == message;
    };
    if (std::ranges::any_of(found_, repeated)) return;
    found_.push_back(
        {std::string(component), file_, place.line, place.column, std::move(message), std::move(next_step)});
  }

  const YamlTree& base_;
  const YamlTree& merged_;
  const std::map<std::string, std::string>& blocks_;
  const std::string& file_;
  std::vector<ConfigProblem> found_;
};

}  // namespace

std::vector<ConfigProblem> broken_invariants(const YamlTree& base, const YamlTree& merged,
                                             const std::map<std::string, std::string>& blocks,
                                             const std::string& overlay_file) {
  return Invariants(base, merged, blocks, overlay_file).check();
}

YamlPlace overlay_place(const YamlTree& merged, std::string_view component) {
  const YamlTree* at = &merged;
  YamlPlace key;
  while (!component.empty()) {
    const auto end = std::min(component.find("::"), component.size());
    const auto* field = at->field(component.substr(0, end));
    if (field == nullptr) return {};
    key = field->place;
    at = &field->value;
    component.remove_prefix(std::min(end + 2, component.size()));
  }
  return key ? key : at->first_place();
}

}  // namespace oc::control_plane
