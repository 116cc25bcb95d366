#include "query/logql/templates/template_function.h"

#include <re2/re2.h>

#include "query/logql/pattern.h"
#include "query/logql/templates/template_limits.h"

namespace oc::query {

const TemplateFunction* find_template_function(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const TemplateFunction*> found;
    for (const auto group : {builtin_functions(), comparison_functions(), text_functions(), number_functions(),
                             time_functions(), encoding_functions()}) {
      for (const auto& function : group) found.emplace(function.name, &function);
    }
    return found;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const re2::RE2>> TemplateRegexes::get(std::string_view expression) {
  const std::scoped_lock lock(mutex_);
  std::string key(expression);
  if (const auto known = compiled_.find(key); known != compiled_.end()) return known->second;
  OC_TRY(Pattern::compile(key, PatternUse::kPartOfText));
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(key, options);
  if (compiled_.size() >= kMaxTemplateRegexes) compiled_.clear();
  compiled_.emplace(std::move(key), compiled);
  return compiled;
}

}  // namespace oc::query
