// The lines of one template on their way through stages that follow it: what becomes of each is found out from its
// values, and from no more of these than decide about it.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "query/logql/interruption.h"
#include "query/logql/pipeline.h"
#include "query/logql/template_values.h"

namespace oc::query {

// Lines are known by their index in RowTemplate::rows. What it is given must outlive it.
class TemplateRows {
 public:
  enum class Fate {
    kOpen,  // that depends on values
    kDropped,
    kKept,     // see line()
    kUnknown,  // the row has to be looked at as a whole
  };
  // Runs the stages over a line; nullptr: dropped.
  using Run = std::function<Line*(std::uint32_t line, const FollowedStages& stages, LateValues& late)>;

  // `number`: which of the batch's templates it is.
  TemplateRows(const Pipeline& pipeline, RowBatch& batch, std::size_t number, const RowTemplate& of, Run run);

  // Whether all stages of the pipeline follow the template; if not, lines that are kept may still be dropped.
  bool follow_all() const { return stages_.are_all; }
  // What becomes of all lines, if that can be told without a value.
  Fate of_all() { return of_line(0); }
  // Calls visit(line, fate) for each of the lines, in any order, where of_all() is kOpen; false: stop, then the result
  // is false.
  using Visit = std::function<bool(std::uint32_t line, Fate fate)>;
  Result<bool> each(std::vector<std::uint32_t> lines, RowInterruption& interruption, const Visit& visit);

  Line& line() const { return *line_; }  // the last one that was kept

 private:
  Fate of_line(std::uint32_t line);
  // Loads what decides about the first line, for all of them.
  Status load_for_first(std::span<const std::uint32_t> lines);

  Run run_;
  LineTemplate template_;
  FollowedStages stages_;
  TemplateValues values_;
  Line* line_ = nullptr;
};

}  // namespace oc::query
