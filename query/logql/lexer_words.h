// The words and signs of LogQL.
#pragma once

#include <string>
#include <string_view>

namespace oc::query {

// The length of the word that the text begins with, in letters of whatever script; 0: it begins with something else.
std::size_t word_length(std::string_view text);
std::string in_lower_case(std::string_view word);  // Latin letters
// Whether "(" follows, or a grouping and then "(". Words of the language may be in capitals: SUM BY (app).
bool call_follows(std::string_view rest);

// In lower case.
bool is_function_name(std::string_view word);
bool is_keyword(std::string_view word);

bool is_two_rune_symbol(std::string_view text);

}  // namespace oc::query
