// How a command prints its result: a table for people, JSON or YAML for machines. Both carry the same content.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace oc::cli {

enum class Output { kTable, kJson, kYaml };

Result<Output> parse_output(std::string_view text);  // "table", "json", "yaml"
std::string to_yaml(const Json& value);
// For kJson and kYaml; ends with a newline.
std::string machine_text(const Json& value, Output output);

// Exit codes of every client command, as --help says them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitNegative = 1;     // it ran; the answer is "no" or "not healthy"
inline constexpr int kExitUsage = 2;        // wrong arguments
inline constexpr int kExitUnreachable = 3;  // nobody answers, or access is refused

// Prints "error: …" and "next: …" to standard error; returns `code`.
int fail(const Error& error, int code = kExitNegative);

}  // namespace oc::cli
