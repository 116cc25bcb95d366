// The functions of a template: Go's own and Loki's.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "query/logql/templates/template_value.h"

namespace re2 {
class RE2;
}

namespace oc::query {

// Compiled expressions of one template. Thread-safe.
class TemplateRegexes {
 public:
  // The error reads as Go's.
  Result<std::shared_ptr<const re2::RE2>> get(std::string_view expression);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const re2::RE2>> compiled_;
};

// What a function may use beside its arguments.
struct TemplateCall {
  TemplateMemory& memory;
  TemplateRegexes& regexes;
  std::string_view line;
  Nanos time_ns;
};

using TemplateArguments = std::span<const TemplateValue>;

struct TemplateFunction {
  std::string_view name;
  // A letter for each parameter: s string, i int, f float64, t time.Time, a interface {}, v any value as it is. A `*`
  // at the end: the last one any number of times, or never.
  std::string_view parameters;
  // Has the arguments that `parameters` asks for. Null for `and`, `or`: these do not evaluate all they are given.
  Result<TemplateValue> (*call)(const TemplateCall& call, TemplateArguments arguments);

  bool variadic() const { return parameters.ends_with('*'); }
};

const TemplateFunction* find_template_function(std::string_view name);  // null: there is none

// Methods of a time: {{ __timestamp__.Year }}. They get the time as their first argument, of which `parameters` say
// nothing.
const TemplateFunction* find_time_method(std::string_view name);  // null: there is none

// Groups of them, one a file.
std::span<const TemplateFunction> builtin_functions();
std::span<const TemplateFunction> comparison_functions();
std::span<const TemplateFunction> text_functions();
std::span<const TemplateFunction> number_functions();
std::span<const TemplateFunction> time_functions();
std::span<const TemplateFunction> encoding_functions();

}  // namespace oc::query
