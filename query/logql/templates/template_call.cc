// The third part of template_run.h: calls of functions and their arguments.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "query/logql/templates/template_run.h"

namespace oc::query {

namespace {

using ParameterKind = TemplateNode::Kind;
using ParameterType = TemplateValue::Type;

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
      return value.is(ParameterType::kString);
    case 'i':
      return value.is(ParameterType::kInt);
    case 'f':
      return value.is(ParameterType::kFloat);
    case 't':
      return value.is(ParameterType::kTime);
    default:
      return true;
  }
}

}  // namespace

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
    case ParameterKind::kNil:
      if (parameter == 'a') return Value::nil();
      if (parameter == 'v') return Value();
      return fail(fmt::format("cannot assign nil to {}", parameter_type_name(parameter)));
    case ParameterKind::kBool:
    case ParameterKind::kNumber:
    case ParameterKind::kString:
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
      if (node.kind == ParameterKind::kString) return Value::string(node.text);
      return fail("expected string; found " + node_text(node));
    case 'i':
      if (node.kind == ParameterKind::kNumber && node.number.is_int) return Value::integer(node.number.as_int);
      return fail("expected integer; found " + node_text(node));
    case 'f':
      if (node.kind == ParameterKind::kNumber && node.number.is_float) return Value::number(node.number.as_float);
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
  if (value.is(ParameterType::kNone)) return fail(fmt::format("invalid value; expected {}", expected));
  return fail(fmt::format("wrong type for value; expected {}; got {}", expected, value.inner_type_name()));
}

}  // namespace oc::query
