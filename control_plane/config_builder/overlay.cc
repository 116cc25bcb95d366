#include "control_plane/config_builder/overlay.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "contracts/config/suggestion.h"
#include "control_plane/config_builder/overlay_secrets.h"

namespace oc::control_plane {

namespace {

constexpr std::array<std::string_view, 6> kSections = {"receivers",  "processors", "exporters",
                                                       "extensions", "connectors", "service"};

void check_sections(Overlay& overlay) {
  const auto refuse = [&](YamlPlace place, std::string message, std::string next_step) {
    overlay.problems.push_back({{}, overlay.file, place.line, place.column, std::move(message), std::move(next_step)});
  };
  if (overlay.tree.kind == YamlTree::Kind::kNull) return;
  if (!overlay.tree.is_map())
    return refuse(overlay.tree.place, "a map of sections is expected", "begin with 'processors:' or 'receivers:'");
  for (const auto& section : overlay.tree.fields) {
    if (std::ranges::find(kSections, section.key) == kSections.end())
      refuse(section.place, fmt::format("unknown section '{}'", section.key),
             contracts::suggestion(section.key, kSections));
    else if (!section.value.is_map() && section.value.kind != YamlTree::Kind::kNull)
      refuse(section.value.place, fmt::format("'{}' must be a map", section.key), {});
  }
}

// What `over` leaves out stays; what it sets to null goes back to the default, which collectors take for null.
void merge(YamlTree& base, YamlTree over) {
  if (!base.is_map() || !over.is_map()) {
    base = std::move(over);
    return;
  }
  for (auto& field : over.fields) {
    const auto known = std::ranges::find(base.fields, field.key, &YamlField::key);
    if (known == base.fields.end()) {
      base.fields.push_back(std::move(field));
    } else {
      known->place = field.place;
      merge(known->value, std::move(field.value));
    }
  }
}

class Merge {
 public:
  Merge(YamlTree& config, const CollectorTarget& target, const std::set<std::string>& rendered,
        std::vector<std::string>& notes)
      : config_(config), target_(target), rendered_(rendered), notes_(notes) {}

  // A section without content ("processors:") says nothing.
  void section(const YamlField& over) {
    if (!over.value.is_map()) return;
    const auto known = std::ranges::find(config_.fields, over.key, &YamlField::key);
    auto& base = known == config_.fields.end() ? config_.add(over.key, YamlTree::map()) : known->value;
    if (over.key == "receivers")
      receivers(base, over.value);
    else
      components(base, over);
  }

 private:
  std::string todays_id(const std::string& id) const { return component_id(id, target_); }

  void components(YamlTree& base, const YamlField& over) {
    YamlTree renamed = over.value;
    if (over.key == "service")
      rename_references(renamed);
    else
      for (auto& field : renamed.fields) field.key = todays_id(field.key);
    merge(base, std::move(renamed));
  }

  void rename_references(YamlTree& service) const {
    for (auto& field : service.fields) {
      if (field.value.is_map() && field.key != "telemetry") rename_references(field.value);
      for (auto& item : field.value.items)
        if (item.kind == YamlTree::Kind::kScalar) item.scalar = todays_id(item.scalar);
    }
  }

  void receivers(YamlTree& base, const YamlTree& over) {
    const auto every = [&](const YamlField& field) {
      const auto id = todays_id(field.key);
      return id == todays_id("file_log/*") || id == todays_id("journald/*");
    };
    for (const auto& field : over.fields)
      if (every(field)) every_rendered(base, todays_id(field.key), field.value);
    for (const auto& field : over.fields)
      if (!every(field)) receiver(base, field);
  }

  // `pattern`: "file_log/*".
  void every_rendered(YamlTree& base, const std::string& pattern, const YamlTree& patch) {
    const auto type = std::string_view(pattern).substr(0, pattern.size() - 1);
    for (auto& receiver : base.fields)
      if (receiver.key.starts_with(type) && rendered_.contains(receiver.key)) merge(receiver.value, patch);
  }

  void receiver(YamlTree& base, const YamlField& over) {
    const auto id = todays_id(over.key);
    const auto known = std::ranges::find(base.fields, id, &YamlField::key);
    if (known != base.fields.end()) {
      known->place = over.place;
      return merge(known->value, over.value);
    }
    const bool patch = id.starts_with(todays_id("file_log/")) && over.value.field("include") == nullptr;
    if (!patch)
      base.fields.push_back({id, over.place, over.value});
    else
      notes_.push_back(fmt::format("{} is not rendered today: what the overlay says of it waits", id));
  }

  YamlTree& config_;
  const CollectorTarget& target_;
  const std::set<std::string>& rendered_;
  std::vector<std::string>& notes_;
};

}  // namespace

Overlay parse_overlay(std::string_view text, const std::string& file) {
  Overlay overlay;
  overlay.file = file;
  if (text.size() > kMaxOverlayBytes) {
    overlay.problems.push_back(
        {{}, file, 0, 0, fmt::format("larger than {} bytes", kMaxOverlayBytes), "keep data out of the overlay"});
    return overlay;
  }
  auto tree = parse_yaml_tree(text, file);
  if (!tree) {
    overlay.problems.push_back(problem_of(tree.error(), file));
    return overlay;
  }
  overlay.tree = std::move(*tree);
  check_sections(overlay);
  for (auto& problem : literal_secrets(overlay.tree, file)) overlay.problems.push_back(std::move(problem));
  return overlay;
}

void merge_overlay(YamlTree& config, const Overlay& overlay, const CollectorTarget& target,
                   const std::set<std::string>& rendered, std::vector<std::string>& notes) {
  Merge merging(config, target, rendered, notes);
  for (const auto& section : overlay.tree.fields) merging.section(section);
}

}  // namespace oc::control_plane
