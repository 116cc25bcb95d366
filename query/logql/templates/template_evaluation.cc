// The second half of template_run.h: pipelines, commands, fields, calls and their arguments.
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

std::string_view parameter_type_name(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
      return "int";
    case 'f':
      return "float64";
    case 't':
      return "time.Time";
    case 'v':
      return "reflect.Value";
    default:
      return "interface {}";
  }
}

bool fits_parameter(const TemplateValue& value, char parameter) {
  switch (parameter) {
    case 's':
      return value.is(EvaluatedType::kString);
    case 'i':
      return value.is(EvaluatedType::kInt);
    case 'f':
      return value.is(EvaluatedType::kFloat);
    case 't':
      return value.is(EvaluatedType::kTime);
    default:
      return true;
  }
}

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
  const bool has_arguments = command.children.size() > 1 || final != nullptr;
  const auto arguments = std::span(command.children).subspan(1);
  switch (first.kind) {
    case EvaluatedKind::kField:
      return fields(dot, first, 0, has_arguments);
    case EvaluatedKind::kChain: {
      OC_TRY_ASSIGN(const auto receiver, word(dot, *first.children[0]));  // errors point into it, as in Go
      return fields(receiver, first, 0, has_arguments);
    }
    case EvaluatedKind::kIdentifier:
      return call(dot, command, first, arguments, final);
    case EvaluatedKind::kVariable:
      if (first.names.size() > 1) {
        const auto* value = variable(first.names[0]);
        return fields(value == nullptr ? Value() : *value, first, 1, has_arguments);
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
      return fields(dot, node, 0, false);
    case EvaluatedKind::kVariable: {
      const auto* value = variable(node.names[0]);
      if (value == nullptr) return fail(fmt::format("undefined variable: {}", node.names[0]));
      return node.names.size() == 1 ? Evaluated(*value) : fields(*value, node, 1, false);
    }
    case EvaluatedKind::kPipe:
      return pipeline(dot, node);
    case EvaluatedKind::kIdentifier:
      return call(dot, node, node, {}, nullptr);
    case EvaluatedKind::kChain: {
      if (node.children[0]->kind == EvaluatedKind::kNil)
        return fail("indirection through explicit nil in " + node_text(node));
      OC_TRY_ASSIGN(const auto receiver, word(dot, *node.children[0]));
      return fields(receiver, node, 0, false);
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

TemplateRun::Evaluated TemplateRun::fields(const Value& receiver, const Node& node, std::size_t first_name,
                                           bool has_arguments) {
  auto value = receiver;
  for (std::size_t i = first_name; i < node.names.size(); ++i) {
    OC_TRY_ASSIGN(value, field(value, node.names[i], has_arguments && i + 1 == node.names.size()));
  }
  return value;
}

TemplateRun::Evaluated TemplateRun::field(const Value& receiver, std::string_view name, bool has_arguments) {
  if (receiver.is(EvaluatedType::kNone)) return Value();
  if (receiver.is(EvaluatedType::kNil)) return fail(fmt::format("nil pointer evaluating interface {{}}.{}", name));
  const bool labels = receiver.is(EvaluatedType::kLabels);
  if (!labels && !receiver.is(EvaluatedType::kMap))
    return fail(fmt::format("can't evaluate field {} in type {}", name, receiver.type_name()));
  if (has_arguments) return fail(fmt::format("{} is not a method but has arguments", name));
  if (labels) return Value::string(receiver.as_labels().get(name));
  const auto found = receiver.as_map().find(name);
  return found == receiver.as_map().end() ? Value::nil() : found->second.in_interface();
}

Status TemplateRun::check_count(const TemplateFunction& function, std::size_t written, std::size_t given) {
  const auto parameters = function.parameters.size();
  if (function.variadic()) {
    if (given >= parameters - 2) return {};
    return fail(
        fmt::format("wrong number of args for {}: want at least {} got {}", function.name, parameters - 2, written));
  }
  if (given == parameters) return {};
  return fail(fmt::format("wrong number of args for {}: want {} got {}", function.name, parameters, given));
}

TemplateRun::Evaluated TemplateRun::call(const Value& dot, const Node& place, const Node& name,
                                         std::span<const TemplateNodePtr> arguments, const Value* final) {
  at(name);
  const auto& function = *name.function;
  const auto given = arguments.size() + (final == nullptr ? 0 : 1);
  OC_TRY(check_count(function, arguments.size(), given));
  if (function.call == nullptr) return short_circuit(dot, function.name == "or", arguments, final);

  const auto parameter = [&](std::size_t i) {
    const auto last = function.parameters.size() - (function.variadic() ? 2 : 1);
    return function.parameters[std::min(i, last)];
  };
  constexpr std::size_t kUsual = 6;  // without an allocation
  std::array<Value, kUsual> few;
  std::vector<Value> many(given > kUsual ? given : 0);
  const auto values = given > kUsual ? std::span(many) : std::span(few).first(given);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    OC_TRY_ASSIGN(values[i], argument(dot, *arguments[i], parameter(i)));
  }
  if (final != nullptr) {
    OC_TRY_ASSIGN(values[given - 1], as_parameter(*final, parameter(given - 1)));
  }
  auto result = function.call(call_, values);
  if (result) return result;
  at(place);
  return fail(fmt::format("error calling {}: {}", function.name, result.error().message));
}

// The first value that is, or is not, true; the last one if none is.
TemplateRun::Evaluated TemplateRun::short_circuit(const Value& dot, bool wanted,
                                                  std::span<const TemplateNodePtr> arguments, const Value* final) {
  Value value;
  for (const auto& one : arguments) {
    OC_TRY_ASSIGN(value, argument(dot, *one, 'v'));
    if (value.is_true() == wanted) return value;
  }
  return final == nullptr ? value : *final;
}

TemplateRun::Evaluated TemplateRun::argument(const Value& dot, const Node& node, char parameter) {
  OC_TRY(step(node));
  switch (node.kind) {
    case EvaluatedKind::kNil:
      if (parameter == 'a') return Value::nil();
      if (parameter == 'v') return Value();
      return fail(fmt::format("cannot assign nil to {}", parameter_type_name(parameter)));
    case EvaluatedKind::kBool:
    case EvaluatedKind::kNumber:
    case EvaluatedKind::kString:
      return literal_argument(node, parameter);
    default:
      break;
  }
  OC_TRY_ASSIGN(const auto value, word(dot, node));
  return as_parameter(value, parameter);
}

TemplateRun::Evaluated TemplateRun::literal_argument(const Node& node, char parameter) {
  switch (parameter) {
    case 's':
      if (node.kind == EvaluatedKind::kString) return Value::string(node.text);
      return fail("expected string; found " + node_text(node));
    case 'i':
      if (node.kind == EvaluatedKind::kNumber && node.number.is_int) return Value::integer(node.number.as_int);
      return fail("expected integer; found " + node_text(node));
    case 'f':
      if (node.kind == EvaluatedKind::kNumber && node.number.is_float) return Value::number(node.number.as_float);
      return fail("expected float; found " + node_text(node));
    case 't':
      return fail(fmt::format("can't handle {} for arg of type time.Time", node_text(node)));
    default:
      return word({}, node);
  }
}

TemplateRun::Evaluated TemplateRun::as_parameter(const Value& value, char parameter) {
  if (parameter == 'a' || parameter == 'v' || fits_parameter(value, parameter)) return value;
  const auto expected = parameter_type_name(parameter);
  if (value.is(EvaluatedType::kNone)) return fail(fmt::format("invalid value; expected {}", expected));
  return fail(fmt::format("wrong type for value; expected {}; got {}", expected, value.inner_type_name()));
}

}  // namespace oc::query
