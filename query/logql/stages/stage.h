// A stage of a log pipeline: as written (StageExpr) and at work (Stage). Each family of stages has a file here; its
// parse function stands in stage_list.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/line.h"
#include "query/logql/log_reader.h"

namespace oc::query {

// Belongs to one query and one thread; may keep memory from line to line.
class Stage {
 public:
  virtual ~Stage() = default;
  // False: the line is dropped.
  virtual bool process(Line& line) = 0;
};

class StageExpr {
 public:
  virtual ~StageExpr() = default;
  virtual std::string text() const = 0;  // `|= "x"`, as Loki prints it
  virtual Result<std::unique_ptr<Stage>> compile() const = 0;
  // Set for a filter that a store can apply to the lines it holds.
  virtual const LineFilter* line_filter() const { return nullptr; }
  virtual bool changes_line() const { return false; }
};

using StageList = std::vector<std::unique_ptr<StageExpr>>;

}  // namespace oc::query
