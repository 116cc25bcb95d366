// Render, validate, leave out what is faulty alone, render again: from a policy and today's sources to a config that
// the target's collector takes, or to the reasons why there is none.
#pragma once

#include <string>
#include <vector>

#include "control_plane/config_builder/config_validator.h"
#include "control_plane/config_builder/otel_config_builder.h"

namespace oc::control_plane {

struct CompiledConfig {
  enum class Verdict {
    kGood,           // the collector takes it, without the quarantined sources
    kPolicyRefused,  // the overlay is at fault: render from the last good policy
    kRefused,        // neither a source nor the overlay is: a setting of ours, or of the agent's
  };
  Verdict verdict = Verdict::kGood;
  RenderedConfig rendered;
  std::vector<ConfigProblem> problems;  // why it is refused; places in the overlay where it is at fault
  std::string reason() const { return summary(problems); }
};

class ConfigCompiler {
 public:
  // Both must outlive the compiler.
  ConfigCompiler(const OtelConfigBuilder& builder, const ConfigValidator& validator)
      : builder_(builder), validator_(validator) {}

  // Thread-safe; takes as long as the collector's validate. A source that was quarantined before gets its chance again
  // each time, so nothing has to be remembered. An error: a wrong setting, or nobody could validate (retryable).
  Result<CompiledConfig> compile(const CollectorSettings& settings, const std::vector<LabelledSource>& sources,
                                 const model::Policy& policy, const std::vector<std::string>& reread = {}) const;

 private:
  const OtelConfigBuilder& builder_;
  const ConfigValidator& validator_;
};

}  // namespace oc::control_plane
