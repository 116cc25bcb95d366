// The second part of template_run.h: pipelines, commands and fields.
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "query/logql/templates/template.h"
#include "query/logql/templates/template_run.h"

namespace oc::query {

namespace {

using EvaluatedKind = TemplateNode::Kind;
using EvaluatedType = TemplateValue::Type;

}  // namespace

TemplateRun::Value* TemplateRun::variable(std::string_view name) {
  const auto found =
      std::ranges::find(std::views::reverse(variables_), name, &std::pair<std::string_view, Value>::first);
  return found == std::views::reverse(variables_).end() ? nullptr : &found->second;
}

TemplateRun::Evaluated TemplateRun::pipeline(const Value& dot, const Node& pipe) {
  ++depth_;
  OC_TRY(step(pipe));
  Value value;
  const Value* final = nullptr;
  for (const auto& one : pipe.children) {
    OC_TRY_ASSIGN(auto result, command(dot, *one, final));
    value = result.out_of_interface();
    final = &value;
  }
  for (const auto& declared : pipe.variables) {
    const std::string_view name = declared->names[0];
    if (!pipe.assigns) {
      variables_.emplace_back(name, value);
    } else if (auto* target = variable(name)) {
      *target = value;
    } else {
      return fail(fmt::format("undefined variable: {}", name));
    }
  }
  --depth_;
  return value;
}

Status TemplateRun::no_arguments(const Node& command, const Value* final) {
  if (command.children.size() == 1 && final == nullptr) return {};
  return fail("can't give argument to non-function " + node_text(*command.children[0]));
}

TemplateRun::Evaluated TemplateRun::command(const Value& dot, const Node& command, const Value* final) {
  const auto& first = *command.children[0];
  OC_TRY(step(first));
  const Given given{std::span(command.children).subspan(1), final};
  switch (first.kind) {
    case EvaluatedKind::kField:
      return fields(dot, dot, first, 0, given);
    case EvaluatedKind::kChain: {
      OC_TRY_ASSIGN(const auto receiver, word(dot, *first.children[0]));  // errors point into it, as in Go
      return fields(dot, receiver, first, 0, given);
    }
    case EvaluatedKind::kIdentifier:
      at(first);
      return call(dot, command, *first.function, given);
    case EvaluatedKind::kVariable:
      if (first.names.size() > 1) {
        const auto* value = variable(first.names[0]);
        return fields(dot, value == nullptr ? Value() : *value, first, 1, given);
      }
      [[fallthrough]];
    default:
      OC_TRY(no_arguments(command, final));
      if (first.kind == EvaluatedKind::kNil) return fail("nil is not a command");
      return word(dot, first);
  }
}

TemplateRun::Evaluated TemplateRun::word(const Value& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case EvaluatedKind::kDot:
      return dot;
    case EvaluatedKind::kField:
      return fields(dot, dot, node, 0, {});
    case EvaluatedKind::kVariable: {
      const auto* value = variable(node.names[0]);
      if (value == nullptr) return fail(fmt::format("undefined variable: {}", node.names[0]));
      return node.names.size() == 1 ? Evaluated(*value) : fields(dot, *value, node, 1, {});
    }
    case EvaluatedKind::kPipe:
      return pipeline(dot, node);
    case EvaluatedKind::kIdentifier:
      return call(dot, node, *node.function, {});
    case EvaluatedKind::kChain: {
      if (node.children[0]->kind == EvaluatedKind::kNil)
        return fail("indirection through explicit nil in " + node_text(node));
      OC_TRY_ASSIGN(const auto receiver, word(dot, *node.children[0]));
      return fields(dot, receiver, node, 0, {});
    }
    case EvaluatedKind::kBool:
      return Value::boolean(node.text == "true");
    case EvaluatedKind::kNumber:
      return constant(node);
    case EvaluatedKind::kString:
      return Value::string(node.text);
    default:
      return fail("can't evaluate command " + node_text(node));
  }
}

// Which type a number is where nothing asks for one, its syntax tells.
TemplateRun::Evaluated TemplateRun::constant(const Node& number) {
  const std::string_view text = number.text;
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
                           text.find_first_of("pP") == std::string_view::npos;
  const bool looks_float = text.find_first_of(".eEpP") != std::string_view::npos && text[0] != '\'' && !hexadecimal;
  if (number.number.is_float && looks_float) return Value::number(number.number.as_float);
  if (number.number.is_int) return Value::integer(number.number.as_int);
  return fail(fmt::format("{} overflows int", text));
}

TemplateRun::Evaluated TemplateRun::fields(const Value& dot, const Value& receiver, const Node& node,
                                           std::size_t first_name, Given given) {
  auto value = receiver;
  for (std::size_t i = first_name; i < node.names.size(); ++i) {
    const bool is_last = i + 1 == node.names.size();
    OC_TRY_ASSIGN(value, field(dot, value, node, node.names[i], is_last ? given : Given{}));
  }
  return value;
}

TemplateRun::Evaluated TemplateRun::field(const Value& dot, const Value& receiver, const Node& node,
                                          std::string_view name, Given given) {
  if (receiver.is(EvaluatedType::kNone)) return Value();
  if (receiver.is(EvaluatedType::kNil)) return fail(fmt::format("nil pointer evaluating interface {{}}.{}", name));
  if (receiver.is(EvaluatedType::kTime)) {
    if (const auto* method = find_time_method(name)) return call(dot, node, *method, given, &receiver);
  }
  const bool labels = receiver.is(EvaluatedType::kLabels);
  if (!labels && !receiver.is(EvaluatedType::kMap))
    return fail(fmt::format("can't evaluate field {} in type {}", name, receiver.type_name()));
  if (given.size() > 0) return fail(fmt::format("{} is not a method but has arguments", name));
  if (labels) return Value::string(receiver.as_labels().get(name));
  const auto found = receiver.as_map().find(name);
  return found == receiver.as_map().end() ? Value::nil() : found->second.in_interface();
}

}  // namespace oc::query
