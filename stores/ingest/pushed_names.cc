#include "stores/ingest/pushed_names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "contracts/labels/labels.h"
#include "query/logql/go_text.h"

namespace oc::stores {

namespace {

using query::Labels;

constexpr std::string_view kServiceName = "service_name";
constexpr std::array<std::string_view, 13> kServiceLabels = {"service",
                                                             "app",
                                                             "application",
                                                             "app_name",
                                                             "name",
                                                             "app_kubernetes_io_name",
                                                             "container",
                                                             "container_name",
                                                             "k8s_container_name",
                                                             "component",
                                                             "workload",
                                                             "job",
                                                             "k8s_job_name"};

std::string_view value_of_label(const Labels& labels, std::string_view name) {
  const auto found = std::ranges::find(labels, name, &query::Label::first);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_metadata_name(std::string_view name) {
  if (name.empty() || !((name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z')) return false;
  char before = '\0';
  for (const char c : name) {
    if (!is_plain(c) && (c != '_' || before == '_')) return false;
    before = c;
  }
  return true;
}

void discover_service_name(Labels& labels) {
  if (!value_of_label(labels, kServiceName).empty()) return;
  for (const auto own : {"__aggregated_metric__", "__pattern__"})
    if (!value_of_label(labels, own).empty()) return;
  std::string_view name = contracts::kUnknownService;
  for (const auto source : kServiceLabels) {
    const auto value = value_of_label(labels, source);
    if (value.empty()) continue;
    name = value;
    break;
  }
  query::Label added(kServiceName, name);
  labels.insert(std::ranges::upper_bound(labels, added.first, {}, &query::Label::first), std::move(added));
}

Result<std::string> metadata_name(std::string_view name) {
  if (name.empty()) return permanent("label name is empty");
  std::string plain = contracts::to_label_name(name);
  if (plain.find_first_not_of('_') != std::string::npos) return plain;
  return permanent(fmt::format("normalization for label name {} resulted in invalid name {}", query::go_quote(name),
                               query::go_quote(plain)));
}

}  // namespace oc::stores
