#include "stores/logs/columns/template_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "stores/logs/columns/line_marks.h"

namespace oc::stores::columns {

namespace {

// Skeletons of one shape (equal but for their words) beyond this many share a template.
constexpr std::size_t kMaxSkeletonsOfShape = 16;
// A template costs a few bytes a column: fewer lines are better kept as text.
constexpr std::uint32_t kMinLinesOfTemplate = 8;

using Source = TemplatePart::Source;

// A skeleton taken apart into words, what is between them, and tokens.
struct Anatomy {
  std::vector<TemplatePart> parts;
  std::vector<std::string_view> words;
  std::string shape;  // the parts with all words alike
};

void add_gap(std::string_view gap, Anatomy& anatomy) {
  while (!gap.empty()) {
    const bool word = is_word(gap.front());
    const auto end = std::ranges::find_if(gap, [&](char c) { return is_word(c) != word; });
    const std::string_view text = gap.substr(0, static_cast<std::size_t>(end - gap.begin()));
    gap.remove_prefix(text.size());
    if (!word) {
      anatomy.parts.push_back({.text = text});
      anatomy.shape += text;
      continue;
    }
    anatomy.parts.push_back({Source::kWord, static_cast<std::uint32_t>(anatomy.words.size()), text});
    anatomy.words.push_back(text);
    anatomy.shape += 'w';
  }
}

Anatomy anatomy_of(std::string_view line, std::span<const Token> tokens) {
  Anatomy anatomy;
  std::uint32_t token = 0;
  for_each_gap(line, tokens, [&](std::string_view gap) {
    add_gap(gap, anatomy);
    if (token < tokens.size()) {
      anatomy.parts.push_back({Source::kToken, token++, {}});
      anatomy.shape += '0';
    }
    return true;
  });
  return anatomy;
}

class Planner {
 public:
  Planner(std::span<const std::string_view> lines, const Skeletons& skeletons) : lines_(lines), skeletons_(skeletons) {}
  TemplatePlan plan();

 private:
  using Group = std::vector<std::uint32_t>;  // skeletons of one shape
  void plan_group(const Group& group);
  std::vector<bool> words_to_open(const Group& group) const;
  std::string key(std::uint32_t skeleton, const std::vector<bool>& open) const;
  void add_template(const Group& group, const std::vector<bool>& open);

  std::span<const std::string_view> lines_;
  const Skeletons& skeletons_;
  std::vector<Anatomy> anatomies_;
  TemplatePlan plan_;
};

// What tells skeletons of one shape apart when the open words do not count.
std::string Planner::key(std::uint32_t skeleton, const std::vector<bool>& open) const {
  std::string key;
  const auto& words = anatomies_[skeleton].words;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (!open[i]) key.append(words[i]).push_back(' ');
  return key;
}

// Opens the words that differ most until few skeletons are left. All open: it is free text, not a template.
std::vector<bool> Planner::words_to_open(const Group& group) const {
  const std::size_t count = anatomies_[group.front()].words.size();
  std::vector<bool> open(count, false);
  if (group.size() <= kMaxSkeletonsOfShape) return open;
  std::vector<std::size_t> different(count), order(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::unordered_set<std::string_view> words;
    for (const std::uint32_t skeleton : group) words.insert(anatomies_[skeleton].words[i]);
    different[i] = words.size();
  }
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return different[i]; });
  for (const std::size_t word : order) {
    open[word] = true;
    std::unordered_set<std::string> keys;
    for (const std::uint32_t skeleton : group) keys.insert(key(skeleton, open));
    if (keys.size() <= kMaxSkeletonsOfShape) break;
  }
  return open;
}

void Planner::add_template(const Group& group, const std::vector<bool>& open) {
  std::uint32_t lines = 0;
  for (const std::uint32_t skeleton : group) lines += skeletons_.count(skeleton);
  if (lines < kMinLinesOfTemplate) {
    for (const std::uint32_t skeleton : group) plan_.template_of[skeleton] = plan_.template_of_none;
    return;
  }
  std::vector<TemplatePart> parts;
  for (const TemplatePart& part : anatomies_[group.front()].parts) {
    const bool shared = part.source == Source::kShared || (part.source == Source::kWord && !open[part.index]);
    if (!shared)
      parts.push_back(part);
    else if (parts.empty() || parts.back().source != Source::kShared)
      parts.push_back({.text = part.text});
    else  // they lie behind each other in the example
      parts.back().text = {parts.back().text.data(), parts.back().text.size() + part.text.size()};
  }
  for (const std::uint32_t skeleton : group) {
    plan_.template_of[skeleton] = static_cast<std::uint32_t>(plan_.templates.size());
    plan_.words[skeleton] = anatomies_[skeleton].words;
  }
  plan_.templates.push_back(std::move(parts));
}

void Planner::plan_group(const Group& group) {
  std::vector<bool> open = words_to_open(group);
  const auto opened = static_cast<std::size_t>(std::ranges::count(open, true));
  // Words that all differ say more to each other than to those above and below them: text compression finds that.
  constexpr std::size_t kMostOpen = 4;
  if (opened > kMostOpen && 2 * opened > open.size()) {
    for (const std::uint32_t skeleton : group) plan_.template_of[skeleton] = plan_.template_of_none;
    return;
  }
  std::map<std::string, Group> templates;
  for (const std::uint32_t skeleton : group) templates[key(skeleton, open)].push_back(skeleton);
  for (const auto& [words, members] : templates) add_template(members, open);
}

TemplatePlan Planner::plan() {
  plan_.templates.push_back({{Source::kLine, 0, {}}});
  plan_.template_of.resize(skeletons_.size());
  plan_.words.resize(skeletons_.size());
  std::unordered_map<std::string, Group> shapes;
  std::vector<const std::string*> order;
  for (std::uint32_t i = 0; i < skeletons_.size(); ++i) {
    anatomies_.push_back(anatomy_of(lines_[skeletons_.example(i)], skeletons_.example_tokens(i)));
    const auto [group, is_new] = shapes.try_emplace(anatomies_.back().shape);
    if (is_new) order.push_back(&group->first);
    group->second.push_back(i);
  }
  for (const std::string* shape : order) plan_group(shapes.at(*shape));
  return std::move(plan_);
}

}  // namespace

bool is_free_text(std::span<const std::string_view> lines, bool phrases) {
  // Enough to tell, and few enough not to matter.
  constexpr std::size_t kSample = 2048;
  if (lines.size() < 4 * kSample) return false;
  const auto sample = lines.subspan(lines.size() / 2, kSample);
  const Skeletons skeletons(sample, phrases);
  if (skeletons.size() < kSample / 4) return false;
  const TemplatePlan plan = plan_templates(sample, skeletons);
  std::size_t without = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) without += plan.of(skeletons.of(i)) == plan.template_of_none;
  return without > kSample / 2;
}

TemplatePlan plan_templates(std::span<const std::string_view> lines, const Skeletons& skeletons) {
  return Planner(lines, skeletons).plan();
}

}  // namespace oc::stores::columns
