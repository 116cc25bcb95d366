#include "stores/logs/run_groups.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace oc::stores {

namespace {

std::vector<std::string_view> values_of(const query::Labels& labels, std::span<const std::string> names) {
  std::vector<std::string_view> values;
  values.reserve(names.size());
  for (const std::string& name : names) {
    const auto found = std::ranges::lower_bound(labels, name, {}, &query::Label::first);
    const bool has_it = found != labels.end() && found->first == name;
    values.push_back(has_it ? std::string_view(found->second) : std::string_view());
  }
  return values;
}

void add(const Part& part, const PartRun& run, RunGroup& group) {
  if (group.runs.empty()) group.stream = part.streams()[run.stream].get();
  group.runs.push_back(run);
  group.rows += run.rows;
  group.raw_bytes += run.raw_bytes;
}

}  // namespace

std::vector<RunGroup> grouped(const Part& part, std::span<const PartRun> runs, query::ToldApartBy labels) {
  std::vector<RunGroup> groups;
  std::map<std::vector<std::string_view>, std::size_t> known;
  for (const PartRun& run : runs) {
    std::size_t group = groups.size();
    if (labels) group = known.try_emplace(values_of(part.streams()[run.stream]->labels, *labels), group).first->second;
    if (group == groups.size()) groups.emplace_back();
    add(part, run, groups[group]);
  }
  return groups;
}

}  // namespace oc::stores
