// The words and signs of LogQL.
#pragma once

#include <string_view>

namespace oc::query {

// In lower case.
bool is_function_name(std::string_view word);
bool is_keyword(std::string_view word);

bool is_two_rune_symbol(std::string_view text);

}  // namespace oc::query
