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

Status TemplateRun::check_count(const TemplateFunction& function, Given given) {
  const auto parameters = function.parameters.size();
  if (function.variadic()) {
    if (given.size() >= parameters - 2) return {};
    return fail(fmt::format("wrong number of args for {}: want at least {} got {}", function.name, parameters - 2,
                            given.written.size()));
  }
  if (given.size() == parameters) return {};
  return fail(fmt::format("wrong number of args for {}: want {} got {}", function.name, parameters, given.size()));
}

TemplateRun::Evaluated TemplateRun::call(const Value& dot, const Node& place, const TemplateFunction& function,
                                         Given given, const Value* receiver) {
  OC_TRY(check_count(function, given));
  if (function.call == nullptr) return short_circuit(dot, function.name == "or", given);

  const auto parameter = [&](std::size_t i) {
    const auto last = function.parameters.size() - (function.variadic() ? 2 : 1);
    return function.parameters[std::min(i, last)];
  };
  constexpr std::size_t kUsual = 6;  // without an allocation
  std::array<Value, kUsual> few;
  const auto size = given.size() + (receiver == nullptr ? 0 : 1);
  std::vector<Value> many(size > kUsual ? size : 0);
  const auto values = size > kUsual ? std::span(many) : std::span(few).first(size);
  if (receiver != nullptr) values[0] = *receiver;
  const auto arguments = values.last(given.size());
  for (std::size_t i = 0; i < given.written.size(); ++i) {
    OC_TRY_ASSIGN(arguments[i], argument(dot, *given.written[i], parameter(i)));
  }
  if (given.final != nullptr) {
    OC_TRY_ASSIGN(arguments.back(), as_parameter(*given.final, parameter(given.size() - 1)));
  }
  auto result = function.call(call_, values);
  if (result) return result;
  at(place);
  return fail(fmt::format("error calling {}: {}", function.name, result.error().message));
}

// The first value that is, or is not, true; the last one if none is.
TemplateRun::Evaluated TemplateRun::short_circuit(const Value& dot, bool wanted, Given given) {
  Value value;
  for (const auto& one : given.written) {
    OC_TRY_ASSIGN(value, argument(dot, *one, 'v'));
    if (value.is_true() == wanted) return value;
  }
  return given.final == nullptr ? value : *given.final;
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
