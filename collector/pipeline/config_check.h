// All that is wrong with a config, not only the first: what `validate` prints.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::collector {

struct ConfigProblem {
  std::string component;  // "receivers::file_log/ab12", "service::pipelines::logs"; empty: the file as a whole
  std::string file;       // empty: not known
  int line = 0;           // from 1; 0: not known
  int column = 0;
  std::string message;
  std::string next_step;

  // "c.yaml:4:43: receivers::file_log/a: unknown key 'storag' (did you mean 'storage'?)"
  std::string text() const;
  Error error() const;
};
Json to_json(const ConfigProblem& problem);

// Reads "file:line:column: owner: text", which errors of this folder are, apart; `owner` is left out where `component`
// says it already.
ConfigProblem problem_of(std::string component, const Error& error);

}  // namespace oc::collector
