// A look at a file's first and last bytes: whether it is a log at all, and which shape it has.
#pragma once

#include <optional>
#include <string>

#include "agent/discovery/file_stat.h"
#include "agent/discovery/first_run.h"
#include "agent/discovery/left_out.h"
#include "model/log_source.h"

namespace oc::agent {

struct ContentCheck {
  std::optional<LeftOutFile> left_out;
  bool has_complete_line = false;
  model::LogShape shape;        // empty without a complete line
  OffsetOfTime offset_of_time;  // for the file as it was; opens it anew
};

// An empty file is a log without a shape. `file` must still be at `path`; otherwise the answer is that of an empty one,
// and the next listing brings the truth.
ContentCheck check_content(const std::string& path, const FileIdentity& file);

}  // namespace oc::agent
