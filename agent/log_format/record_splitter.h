// Where records start, once it is known which lines are heads by their own text.
#pragma once

#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"

namespace oc::agent {

// `heads` (one a line) start records, and so do stack traces that stand alone: those whose first line follows a
// complete record that speaks of no failure, or another trace. All else goes on with the record before it.
std::vector<bool> split_at_heads(Lines lines, const std::vector<bool>& heads);

// Where no line is a head by its text: every line starts a record unless it goes on with the one before (indented,
// blank, a trace's frames, behind a backslash at a line's end).
std::vector<bool> split_by_grammar(Lines lines);

// Whether a stack trace behind this line is likely to be its own: an error's level, or words such as "failed".
bool speaks_of_failure(std::string_view line);

}  // namespace oc::agent
