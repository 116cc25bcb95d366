// How the operators of a chain follow each other.
#include <algorithm>

#include <fmt/format.h>

#include "collector/operators/operator_chain.h"

namespace oc::collector {

Result<OperatorChain::Way> OperatorChain::way_to(const Step& step, const std::vector<std::string>& outputs) const {
  Way way;
  for (const auto& output : outputs) {
    const auto to = std::ranges::find(steps_, output, &Step::id);
    if (to == steps_.end())
      return permanent(fmt::format("{}: {}: operator '{}': there is no operator '{}' to be its output", step.place,
                                   owner_, step.id, output));
    way.also.push_back(static_cast<std::size_t>(to - steps_.begin()));
  }
  way.next = way.also.back();
  way.also.pop_back();
  return way;
}

Status OperatorChain::link() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& step = steps_[i];
    step.way.next = i + 1;
    if (!step.outputs.empty()) {
      OC_TRY_ASSIGN(step.way, way_to(step, step.outputs));
    }
    if (const auto* routes = step.what->outputs())
      for (const auto& outputs : *routes) {
        OC_TRY_ASSIGN(auto way, way_to(step, outputs));
        step.ways.push_back(std::move(way));
      }
  }
  OC_TRY(refuse_circles());
  return refuse_joins_of_copies();
}

// All that may come after it.
std::vector<std::size_t> OperatorChain::next_of(const Step& step) const {
  std::vector<std::size_t> all = step.way.also;
  all.push_back(step.way.next);
  for (const auto& way : step.ways) {
    all.insert(all.end(), way.also.begin(), way.also.end());
    all.push_back(way.next);
  }
  return all;
}

// A way that comes back to where it was never ends. Steps from which every way ends are taken away until none is left.
Status OperatorChain::refuse_circles() const {
  std::vector<bool> ends(steps_.size() + 1, false);
  ends.back() = true;
  const auto all_end = [&](const Step& step) {
    return std::ranges::all_of(next_of(step), [&](std::size_t next) { return ends[next]; });
  };
  for (bool moved = true; std::exchange(moved, false);)
    for (std::size_t i = steps_.size(); i-- > 0;)
      if (!ends[i] && all_end(steps_[i])) ends[i] = moved = true;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (!ends[i])
      return permanent(fmt::format("{}: {}: the outputs of operator '{}' go in a circle: a circular dependency",
                                   steps_[i].place, owner_, steps_[i].id));
  return {};
}

// What a record is joined with decides which of the file's bytes are delivered; copies of one could be joined with
// different ones. So joining comes before.
Status OperatorChain::refuse_joins_of_copies() const {
  std::vector<bool> copied(steps_.size() + 1, false);
  const auto copies = [](const Way& way) { return !way.also.empty(); };
  for (const auto& step : steps_)
    if (copies(step.way) || std::ranges::any_of(step.ways, copies))
      for (const auto next : next_of(step)) copied[next] = true;
  for (bool moved = true; std::exchange(moved, false);)
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (copied[i])
        for (const auto next : next_of(steps_[i]))
          if (!copied[next]) copied[next] = moved = true;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (copied[i] && steps_[i].what->joins())
      return permanent(fmt::format("{}: {}: operator '{}' joins records, behind one with several outputs",
                                   steps_[i].place, owner_, steps_[i].id),
                       "put it before the one with several outputs");
  return {};
}

}  // namespace oc::collector
