#include "query/logql/templates/go_print.h"

#include <fmt/format.h>

#include "query/logql/templates/go_number.h"
#include "query/logql/templates/template.h"

namespace oc::query {

namespace {

using PrintedType = TemplateValue::Type;

void append_list(std::string& out, const TemplateList& list) {
  out += '[';
  for (const auto& element : list) {
    if (&element != &list.front()) out += ' ';
    append_value(out, element);
  }
  out += ']';
}

void append_map(std::string& out, const TemplateMap& map) {
  out += "map[";
  bool first = true;
  for (const auto& [name, value] : map) {
    if (!std::exchange(first, false)) out += ' ';
    out += name + ':';
    append_value(out, value);
  }
  out += ']';
}

void append_labels(std::string& out, const TemplateLabels& labels) {
  out += "map[";
  bool first = true;
  labels.each([&](std::string_view name, std::string_view value) {
    if (!std::exchange(first, false)) out += ' ';
    out.append(name).append(":").append(value);
  });
  out += ']';
}

}  // namespace

void append_value(std::string& out, const TemplateValue& value) {
  switch (value.type()) {
    case PrintedType::kNone:
    case PrintedType::kNil:
      out += "<nil>";
      break;
    case PrintedType::kBool:
      out += value.as_bool() ? "true" : "false";
      break;
    case PrintedType::kInt:
    case PrintedType::kInt64:
    case PrintedType::kUint8:
      fmt::format_to(std::back_inserter(out), "{}", value.as_integer());
      break;
    case PrintedType::kFloat:
      out += go_short_float(value.as_number());
      break;
    case PrintedType::kString:
      out += value.as_string();
      break;
    case PrintedType::kTime:
      out += format_go_time(value.as_time(), "2006-01-02 15:04:05.999999999 -0700 MST");
      break;
    case PrintedType::kList:
      append_list(out, value.as_list());
      break;
    case PrintedType::kMap:
      append_map(out, value.as_map());
      break;
    case PrintedType::kLabels:
      append_labels(out, value.as_labels());
      break;
  }
}

std::string go_print(std::span<const TemplateValue> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && !values[i].is_text() && !values[i - 1].is_text()) out += ' ';
    append_value(out, values[i]);
  }
  return out;
}

std::string go_print_line(std::span<const TemplateValue> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    append_value(out, values[i]);
  }
  return out + '\n';
}

}  // namespace oc::query
