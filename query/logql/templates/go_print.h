// Values as Go's fmt package writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/logql/templates/template_value.h"

namespace oc::query {

void append_value(std::string& out, const TemplateValue& value);   // %v
std::string go_print(std::span<const TemplateValue> values);       // fmt.Sprint: blanks between two that are no strings
std::string go_print_line(std::span<const TemplateValue> values);  // fmt.Sprintln
// fmt.Sprintf, its remarks on wrong verbs included. An error: the text would not fit into `memory`.
Result<std::string> go_printf(const TemplateMemory& memory, std::string_view format,
                              std::span<const TemplateValue> values);

}  // namespace oc::query
