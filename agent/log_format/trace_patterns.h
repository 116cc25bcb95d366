// The single lines that traces are made of. Each test takes one line; all are RE2, linear in its length.
#pragma once

#include <string_view>

#include "agent/log_format/trace_grammar.h"

namespace oc::agent {

// What the line begins by its own text alone; kNone where it begins nothing or needs the lines behind it to say.
TraceKind header_kind(std::string_view line);

bool is_exception_line(std::string_view line);   // "java.io.IOException: broken pipe", "TypeError: …", "Error"
bool is_call_frame(std::string_view line);       // "    at f (a.js:1:2)", "#0 main() …", "\tfrom a.rb:1", "... 3 more"
bool is_cause_line(std::string_view line);       // "Caused by: …", "Suppressed: …", "---> …", "Next …"
bool is_source_location(std::string_view line);  // "/srv/n.js:3" alone
bool is_caret_line(std::string_view line);       // "     ^^^"
bool is_chain_line(std::string_view line);       // Python's "During handling of the above exception, …"
bool is_go_line(std::string_view line);          // functions, goroutines, registers
bool is_sanitizer_tail(std::string_view line);   // shadow bytes and the like behind SUMMARY
bool is_ruby_frame(std::string_view line);
bool is_native_frame(std::string_view line);
bool is_rule_line(std::string_view line);      // "=================="
bool is_attached_line(std::string_view line);  // see is_continuation; blank and indented lines not looked at

}  // namespace oc::agent
