#include "control_plane/activities/dry_run_report.h"

#include <fmt/format.h>

#include "model/json_fields.h"

namespace oc::control_plane {

namespace {

using model::JsonFields;

// Beyond these a reason is a list nobody reads.
constexpr std::size_t kNamedSources = 3;
constexpr const char* kValidatedOnly = "the official collector's validate takes it; it has no dry run over records";

Result<DryRunReport::Source> source_of(const Json& json) {
  DryRunReport::Source source;
  JsonFields fields(json, "");
  fields.read("source_id", source.source_id);
  fields.read("receiver", source.receiver);
  fields.read("read_records", source.read_records);
  fields.read("emitted_records", source.emitted_records);
  OC_TRY(fields.status());
  const auto dropped = json.find("dropped");
  if (dropped == json.end() || !dropped->is_object()) return permanent("dropped: expected an object");
  for (const auto& [reason, count] : dropped->items())
    if (count.is_number_unsigned()) source.dropped[reason] = count.get<std::uint64_t>();
  return source;
}

Result<std::string> error_of(const Json& json) {
  std::string component, place, message;
  JsonFields fields(json, "");
  fields.read("component", component);
  fields.read("place", place);
  fields.read("message", message);
  OC_TRY(fields.status());
  return fmt::format("{}{}{}{}{}", place, place.empty() ? "" : ": ", component, component.empty() ? "" : ": ", message);
}

bool takes_everything(const DryRunReport::Source& source, const std::set<std::string>& known) {
  if (source.read_records == 0 || source.emitted_records > 0) return false;
  for (const auto& [reason, count] : source.dropped)
    if (!names_one_of(reason, known)) return true;
  return source.dropped.empty();
}

std::string words(const DryRunReport::Source& source) {
  std::string by;
  for (const auto& [reason, count] : source.dropped) by += (by.empty() ? "" : ", ") + reason;
  return fmt::format("all of the newest {} records of {} are left out{}{}", source.read_records, source.receiver,
                     by.empty() ? "" : " by ", by);
}

std::string success_words(const CanaryOutput& output) {
  std::string by;
  std::uint64_t left_out = 0;
  for (const auto& [reason, count] : output.left_out) {
    by += fmt::format(", {} left out by {}", count, reason);
    left_out += count;
  }
  return fmt::format("{} of {} records came through{}", output.records, output.records + left_out, by);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size() && i < kNamedSources; ++i) text += (i == 0 ? "" : "; ") + parts[i];
  if (parts.size() > kNamedSources) text += fmt::format("; and {} more", parts.size() - kNamedSources);
  return text;
}

}  // namespace

bool names_one_of(const std::string& reason, const std::set<std::string>& components) {
  for (const auto& id : components)
    if (reason == id || reason.starts_with(id + " ")) return true;
  return false;
}

Result<DryRunReport> parse_dry_run_report(const Json& json) {
  DryRunReport report;
  JsonFields fields(json, "dry run");
  fields.read("ok", report.ok);
  fields.read_list("errors", report.errors, 100'000, error_of);
  fields.read_list("sources", report.sources, 100'000, source_of);
  fields.read("seconds", report.seconds);
  OC_TRY(fields.status());
  report.validated_only = json.value("validated_only", false);
  return report;
}

CanaryOutput judge(const DryRunReport& report, const std::set<std::string>& known) {
  CanaryOutput output;
  output.seconds = report.seconds;
  output.sources = report.sources.size();
  std::vector<std::string> failures;
  for (const auto& source : report.sources) {
    output.records += source.emitted_records;
    for (const auto& [reason, count] : source.dropped) output.left_out[reason] += count;
    if (takes_everything(source, known)) failures.push_back(words(source));
  }
  if (!report.ok) failures = report.errors.empty() ? std::vector<std::string>{"the dry run failed"} : report.errors;
  output.passed = failures.empty();
  if (!output.passed)
    output.reason = joined(failures);
  else
    output.reason = report.validated_only ? kValidatedOnly : success_words(output);
  return output;
}

}  // namespace oc::control_plane
