#include "control_plane/config_builder/config_compiler.h"

#include <set>

#include "control_plane/config_builder/overlay_invariants.h"

namespace oc::control_plane {

namespace {

// A collector names up to 1,000 faults at a time; more rounds than these mean that all sources are faulty.
constexpr int kMaxRounds = 16;
// The pipelines name every source; a fault of theirs is none of a source's block.
constexpr std::string_view kReceivers = "receivers::";

std::set<std::string> components_of(const std::vector<ConfigProblem>& problems) {
  std::set<std::string> components;
  for (const auto& problem : problems) components.insert(problem.component);
  return components;
}

// The source whose block it is about, or "".
std::string source_of(const ConfigProblem& problem, const RenderedConfig& rendered) {
  if (!problem.component.starts_with(kReceivers)) return {};
  const auto block = rendered.blocks.find(problem.component.substr(kReceivers.size()));
  return block == rendered.blocks.end() ? std::string() : block->second;
}

// Where the overlay has a hand in it: at the very place, or elsewhere in the same component.
YamlPlace place_in_overlay(const ConfigProblem& problem, const RenderedConfig& rendered) {
  if (const auto exact = rendered.origin({problem.line, problem.column})) return *exact;
  const auto of_key =
      problem.key.empty() ? YamlPlace{} : overlay_place(*rendered.tree, problem.component + "::" + problem.key);
  return of_key ? of_key : overlay_place(*rendered.tree, problem.component);
}

class Round {
 public:
  Round(const RenderedConfig& rendered, const CollectorSettings& settings, const model::Policy& policy,
        const ConfigValidator& validator)
      : rendered_(rendered), settings_(settings), policy_(policy), validator_(validator) {}

  // Sorts what the collector said by who is at fault.
  Status judge() {
    OC_TRY_ASSIGN(const auto problems, validator_.validate(rendered_.yaml, settings_));
    for (const auto& problem : problems) OC_TRY(judge(problem));
    return {};
  }
  Quarantine faulty_sources;
  std::vector<ConfigProblem> of_overlay, others;

 private:
  Status judge(const ConfigProblem& problem) {
    OC_TRY_ASSIGN(const bool without_overlay, stands_without_overlay(problem));
    const auto place = without_overlay ? YamlPlace{} : place_in_overlay(problem, rendered_);
    const auto source_id = source_of(problem, rendered_);
    if (place)
      blame_overlay(problem, place);
    else if (!source_id.empty())
      faulty_sources.emplace(source_id, problem.message);
    else
      others.push_back(problem);
    return {};
  }

  // Whether the component is as faulty without the overlay, which then cannot be blamed.
  Result<bool> stands_without_overlay(const ConfigProblem& problem) {
    if (policy_.overlay_text.empty()) return true;
    if (!faulty_base_) {
      OC_TRY_ASSIGN(const auto problems, validator_.validate(rendered_.base_yaml, settings_));
      faulty_base_ = components_of(problems);
    }
    return faulty_base_->contains(problem.component);
  }

  // `file_log/*` makes the same fault in every block: it is told once.
  void blame_overlay(ConfigProblem problem, YamlPlace place) {
    problem.file = policy_.overlay_name;
    problem.line = place.line;
    problem.column = place.column;
    for (const auto& known : of_overlay)
      if (known.line == place.line && known.column == place.column && known.message == problem.message) return;
    of_overlay.push_back(std::move(problem));
  }

  const RenderedConfig& rendered_;
  const CollectorSettings& settings_;
  const model::Policy& policy_;
  const ConfigValidator& validator_;
  std::optional<std::set<std::string>> faulty_base_;
};

CompiledConfig refused(CompiledConfig::Verdict verdict, RenderedConfig rendered, std::vector<ConfigProblem> problems) {
  return {verdict, std::move(rendered), std::move(problems)};
}

}  // namespace

Result<CompiledConfig> ConfigCompiler::compile(const CollectorSettings& settings,
                                               const std::vector<LabelledSource>& sources, const model::Policy& policy,
                                               const std::vector<std::string>& reread) const {
  using Verdict = CompiledConfig::Verdict;
  Quarantine quarantine;
  for (int round = 0; round < kMaxRounds; ++round) {
    OC_TRY_ASSIGN(auto rendered, builder_.build(settings, sources, policy, quarantine, reread));
    if (auto problems = rendered.problems; !problems.empty())
      return refused(Verdict::kPolicyRefused, std::move(rendered), std::move(problems));
    Round judged(rendered, settings, policy, validator_);
    OC_TRY(judged.judge());
    if (!judged.of_overlay.empty())
      return refused(Verdict::kPolicyRefused, std::move(rendered), std::move(judged.of_overlay));
    if (judged.faulty_sources.empty() && judged.others.empty()) return CompiledConfig{.rendered = std::move(rendered)};
    if (judged.faulty_sources.empty()) return refused(Verdict::kRefused, std::move(rendered), std::move(judged.others));
    quarantine.merge(judged.faulty_sources);
  }
  return permanent("the collector refuses the blocks of too many sources",
                   "see `onecollector collector validate` of what `onecollector configs show` prints");
}

}  // namespace oc::control_plane
