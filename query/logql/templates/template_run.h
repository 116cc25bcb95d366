// One run of a template: walks its tree, evaluates pipelines, writes the output. Errors read as Go's text/template
// words them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/logql/templates/template_function.h"
#include "query/logql/templates/template_node.h"
#include "query/logql/templates/template_value.h"

namespace oc::query {

struct TemplateSource {
  std::string name, text;
  TemplateTrees trees;
};

class TemplateRun {
 public:
  TemplateRun(const TemplateSource& source, TemplateRegexes& regexes, std::string_view line, Nanos time_ns,
              std::string& out)
      : source_(source), call_{memory_, regexes, line, time_ns}, out_(out), running_(source.name) {}

  Status run(const TemplateLabels& labels);

 private:
  using Value = TemplateValue;
  using Node = TemplateNode;
  using Evaluated = Result<Value>;
  enum class Flow { kNext, kBreak, kContinue };
  // The arguments of a call: as written, and what the command before gave; null: there is none.
  struct Given {
    std::span<const TemplateNodePtr> written = {};
    const Value* final = nullptr;
    std::size_t size() const { return written.size() + (final == nullptr ? 0 : 1); }
  };

  // Walking: template_run.cc.
  Result<Flow> walk_list(const Value& dot, const Node& list);
  Result<Flow> walk(const Value& dot, const Node& node);
  Result<Flow> walk_branch(const Value& dot, const Node& node);
  Result<Flow> walk_range(const Value& dot, const Node& node);
  Result<bool> iterate(const Value& over, const Node& node);
  Result<bool> one_iteration(const Node& node, const Value& index, const Value& element);  // false: break
  Status walk_template(const Value& dot, const Node& node);
  Status print(const Value& value);

  // Evaluating: template_evaluation.cc.
  Evaluated pipeline(const Value& dot, const Node& pipe);
  Evaluated command(const Value& dot, const Node& command, const Value* final);
  Evaluated word(const Value& dot, const Node& node);  // one that takes no arguments
  Evaluated constant(const Node& number);
  Evaluated fields(const Value& dot, const Value& receiver, const Node& node, std::size_t first_name, Given given);
  Evaluated field(const Value& dot, const Value& receiver, const Node& node, std::string_view name, Given given);
  // Calling: template_call.cc.
  // With a receiver it is a method.
  Evaluated call(const Value& dot, const Node& place, const TemplateFunction& function, Given given,
                 const Value* receiver = nullptr);
  Evaluated short_circuit(const Value& dot, bool wanted, Given given);
  Status check_count(const TemplateFunction& function, Given given);
  Evaluated argument(const Value& dot, const Node& node, char parameter);
  Evaluated literal_argument(const Node& node, char parameter);
  Evaluated as_parameter(const Value& value, char parameter);
  Status no_arguments(const Node& command, const Value* final);

  Value* variable(std::string_view name);
  Status step(const Node& node);  // an error when the run has taken too many
  void at(const Node& node) { at_ = &node; }
  std::unexpected<Error> fail(std::string_view what) const;

  const TemplateSource& source_;
  TemplateMemory memory_;
  TemplateCall call_;
  std::string& out_;
  std::string_view running_;  // the template that runs, in errors
  const Node* at_ = nullptr;  // what errors point to
  std::vector<std::pair<std::string_view, Value>> variables_;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace oc::query
