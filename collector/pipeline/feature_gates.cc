#include "collector/pipeline/feature_gates.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace oc::collector {

namespace {

struct Gate {
  std::string_view name;
  bool built_in;  // on, whether asked for or not
  bool on;
};
constinit std::array<Gate, 4> gates_of_process = {{{kFileDeletionGate, false, false},
                                                   {kMtimeSortGate, false, false},
                                                   {"filelog.allowHeaderMetadataParsing", true, true},
                                                   {"service.partialReload", true, true}}};

std::vector<std::string_view> gate_names() {
  std::vector<std::string_view> all;
  for (const auto& gate : gates_of_process) all.push_back(gate.name);
  return all;
}

}  // namespace

Status set_feature_gates(const std::vector<std::string>& gates) {
  for (std::string_view name : gates) {
    const bool off = name.starts_with('-');
    if (off || name.starts_with('+')) name.remove_prefix(1);
    const auto gate = std::ranges::find(gates_of_process, name, &Gate::name);
    if (gate == gates_of_process.end())
      return permanent(fmt::format("--feature-gates: no such feature gate '{}'", name),
                       fmt::format("this collector has: {}", fmt::join(gate_names(), ", ")));
    if (off && gate->built_in) return permanent(fmt::format("--feature-gates: '{}' cannot be turned off", name));
    gate->on = !off;
  }
  return {};
}

bool has_feature(std::string_view gate) {
  const auto known = std::ranges::find(gates_of_process, gate, &Gate::name);
  return known != gates_of_process.end() && known->on;
}

}  // namespace oc::collector
