#include "query/logql/templates/template_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/templates/go_print.h"
#include "query/logql/templates/template.h"
#include "query/logql/templates/template_limits.h"

namespace oc::query {

namespace {

using WalkedKind = TemplateNode::Kind;
using WalkedType = TemplateValue::Type;

// Counts a level for as long as it lives.
class Level {
 public:
  explicit Level(int& depth) : depth_(depth) { ++depth_; }
  ~Level() { --depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  int& depth_;
};

}  // namespace

// "template: line:1:3: executing "line" at <.user.x>: …"
std::unexpected<Error> TemplateRun::fail(std::string_view what) const {
  if (at_ == nullptr) return permanent(fmt::format("template: {}: {}", running_, what));
  const auto before = std::string_view(source_.text).substr(0, at_->position);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto column = before.size() - (before.rfind('\n') + 1);  // npos + 1 is 0
  return permanent(fmt::format("template: {}:{}:{}: executing {} at <{}>: {}", source_.name, line, column,
                               go_quote(running_), node_text(*at_), what));
}

Status TemplateRun::step(const Node& node) {
  at(node);
  if (++steps_ > kMaxTemplateSteps)
    return fail(fmt::format("the template takes more than {} steps", kMaxTemplateSteps));
  if (depth_ > kMaxTemplateDepth) return fail(fmt::format("exceeded maximum template depth ({})", kMaxTemplateDepth));
  return {};
}

Status TemplateRun::run(const TemplateLabels& labels) {
  const auto dot = Value::labels(&labels);
  variables_.emplace_back("$", dot);
  auto flow = walk_list(dot, *source_.trees.find(source_.name)->second);
  if (!flow) return std::unexpected(std::move(flow).error());
  return {};
}

Result<TemplateRun::Flow> TemplateRun::walk_list(const Value& dot, const Node& list) {
  const Level level(depth_);
  for (const auto& node : list.children) {
    OC_TRY_ASSIGN(const auto flow, walk(dot, *node));
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Result<TemplateRun::Flow> TemplateRun::walk(const Value& dot, const Node& node) {
  OC_TRY(step(node));
  switch (node.kind) {
    case WalkedKind::kText: {
      OC_TRY(memory_.add(node.text.size()));
      out_ += node.text;
      return Flow::kNext;
    }
    case WalkedKind::kAction: {
      OC_TRY_ASSIGN(const auto value, pipeline(dot, *node.pipe));
      at(node);
      if (node.pipe->variables.empty()) OC_TRY(print(value));
      return Flow::kNext;
    }
    case WalkedKind::kIf:
    case WalkedKind::kWith:
      return walk_branch(dot, node);
    case WalkedKind::kRange:
      return walk_range(dot, node);
    case WalkedKind::kTemplate: {
      OC_TRY(walk_template(dot, node));
      return Flow::kNext;
    }
    case WalkedKind::kBreak:
      return Flow::kBreak;
    case WalkedKind::kContinue:
      return Flow::kContinue;
    default:
      return fail("unknown node: " + node_text(node));
  }
}

Status TemplateRun::print(const Value& value) {
  const auto before = out_.size();
  if (value.is_nothing()) {
    out_ += "<no value>";
  } else if (value.is_text()) {
    OC_TRY(memory_.check(value.size()));
    out_ += value.as_string();
  } else {
    append_value(out_, value);
  }
  if (auto fits = memory_.add(out_.size() - before); !fits) return fail(fits.error().message);
  return {};
}

Result<TemplateRun::Flow> TemplateRun::walk_branch(const Value& dot, const Node& node) {
  const auto outer = variables_.size();
  OC_TRY_ASSIGN(const auto value, pipeline(dot, *node.pipe));
  Result<Flow> flow = Flow::kNext;
  if (value.is_true()) {
    flow = walk_list(node.kind == WalkedKind::kWith ? value : dot, *node.list);
  } else if (node.else_list) {
    flow = walk_list(dot, *node.else_list);
  }
  variables_.resize(outer);
  return flow;
}

Result<TemplateRun::Flow> TemplateRun::walk_range(const Value& dot, const Node& node) {
  const auto outer = variables_.size();
  OC_TRY_ASSIGN(const auto over, pipeline(dot, *node.pipe));
  OC_TRY_ASSIGN(const bool ran, iterate(over, node));
  variables_.resize(outer);
  if (ran || !node.else_list) return Flow::kNext;
  return walk_list(dot, *node.else_list);
}

// Whether there was anything to iterate over.
Result<bool> TemplateRun::iterate(const Value& over, const Node& node) {
  if (over.is_integer()) {
    if (node.pipe->variables.size() > 1)
      return fail(fmt::format("can't use {} to iterate over more than one variable", over.as_integer()));
    for (std::int64_t i = 0; i < over.as_integer(); ++i) {
      OC_TRY_ASSIGN(const bool on, one_iteration(node, {}, Value::integer(i, over.type())));
      if (!on) break;
    }
    return over.as_integer() > 0;
  }
  if (over.is(WalkedType::kList)) {
    std::int64_t i = 0;
    for (const auto& element : over.as_list()) {
      OC_TRY_ASSIGN(const bool on, one_iteration(node, Value::integer(i++), element.in_interface()));
      if (!on) break;
    }
    return over.size() > 0;
  }
  std::vector<std::pair<std::string_view, Value>> entries;
  if (over.is(WalkedType::kMap)) {
    for (const auto& [name, value] : over.as_map()) entries.emplace_back(name, value.in_interface());
  } else if (over.is(WalkedType::kLabels)) {
    over.as_labels().each(
        [&](std::string_view name, std::string_view value) { entries.emplace_back(name, Value::string(value)); });
  } else if (!over.is_nothing()) {
    std::string shown;
    append_value(shown, over);
    return fail("range can't iterate over " + shown);
  }
  for (const auto& [name, value] : entries) {
    OC_TRY_ASSIGN(const bool on, one_iteration(node, Value::string(name), value));
    if (!on) break;
  }
  return !entries.empty();
}

// With one variable it is the element, with two the first is the index. The pipeline has declared them last.
Result<bool> TemplateRun::one_iteration(const Node& node, const Value& index, const Value& element) {
  const auto& names = node.pipe->variables;
  const auto set = [&](std::size_t from_last, const Node& name, const Value& value) {
    auto* target = node.pipe->assigns ? variable(name.names[0]) : &variables_[variables_.size() - from_last].second;
    if (target != nullptr) *target = value;
  };
  if (!names.empty()) set(1, *names.back(), element);
  if (names.size() > 1) set(2, *names.front(), index);
  const auto outer = variables_.size();
  OC_TRY(step(node));
  OC_TRY_ASSIGN(const auto flow, walk_list(element, *node.list));
  variables_.resize(outer);
  return flow != Flow::kBreak;
}

// A template sees its argument, and no variable of its caller's.
Status TemplateRun::walk_template(const Value& dot, const Node& node) {
  const auto found = source_.trees.find(node.text);
  if (found == source_.trees.end()) return fail(fmt::format("template {} not defined", go_quote(node.text)));
  Value argument;
  if (node.pipe) {
    OC_TRY_ASSIGN(argument, pipeline(dot, *node.pipe));
  }
  auto outer_variables = std::exchange(variables_, {{"$", argument}});
  const auto outer_running = std::exchange(running_, std::string_view(found->first));
  auto flow = walk_list(argument, *found->second);
  if (!flow) return std::unexpected(std::move(flow).error());
  running_ = outer_running;
  variables_ = std::move(outer_variables);
  return {};
}

}  // namespace oc::query
