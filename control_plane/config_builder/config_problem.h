// One thing that is wrong with a config, with its place, for people and for deciding what to leave out.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

struct ConfigProblem {
  std::string component;  // "receivers::file_log/ab12", "service::pipelines::logs"; empty: the file as a whole
  std::string file;       // the overlay's name, or "rendered" for what nobody wrote
  int line = 0;           // from 1; 0: not known
  int column = 0;
  std::string message;    // one line
  std::string next_step;  // empty where there is nothing to say
  std::string key = {};   // of the component, where no line but the key at fault is known
  // "overlay.yaml:3:5: receivers::file_log/ab12: unknown key 'x' (did you mean 'y'?)"
  std::string text() const;
};

Json to_json(const ConfigProblem& problem);
// The first few as one text: for a reason in a table.
std::string summary(const std::vector<ConfigProblem>& problems);
// An error whose message begins with "file:line:column: ", as readers of YAML give them.
ConfigProblem problem_of(const Error& error, const std::string& file);

}  // namespace oc::control_plane
