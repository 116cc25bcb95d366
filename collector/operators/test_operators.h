// For tests: what operators make of one line.
#pragma once

#include <string>

#include "collector/operators/operator_chain.h"
#include "contracts/otlp/log_writer.h"

namespace oc::collector::operators_test {

// "body attributes time severity_number severity_text" of each record, "left out", or why the config is refused.
inline std::string records_of(const std::string& operators, const std::string& line) {
  const auto chain = OperatorChain::parse(*parse_config_text(operators, "f.yaml"), "file_log/x");
  if (!chain) return chain.error().text();
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  batch->valid_utf8 = false;
  batch->records.push_back({line, 0});
  batch->range.end = line.size() + 1;
  std::string out;
  for (const auto& part : (*chain)->run(batch, {}).parts) {
    if (part->fields.empty() && !part->records.empty()) return "unchanged";
    for (const auto& fields : part->fields)
      out += (out.empty() ? "" : "; ") + contracts::otlp::to_json(fields.body) + " " +
             contracts::otlp::to_json(fields.attributes) + " " + std::to_string(fields.time_ns) + " " +
             std::to_string(fields.severity_number) + " " + std::string(fields.severity_text);
  }
  return out.empty() ? "left out" : out;
}

}  // namespace oc::collector::operators_test
