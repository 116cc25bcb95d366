// Shared by the commands that print one answer of the REST API.
#pragma once

#include <string>

#include <fmt/format.h>

#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

// `print(answer, terminal)` for a table, the whole answer for machines. Returns the exit code.
template <typename Print>
int print_answer(const ClientOptions& client, const std::string& path, Print print) {
  ApiClient api(client);
  const auto answer = api.get(path);
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output == Output::kTable)
    print(*answer, Terminal::of_stdout());
  else
    fmt::print("{}", machine_text(*answer, client.output));
  return kExitOk;
}

}  // namespace oc::cli
