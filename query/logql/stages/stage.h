// A stage of a log pipeline: as written (StageExpr) and at work (Stage). Each family of stages has a file here; its
// parse function stands in stage_list.cc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/line.h"
#include "query/logql/log_reader.h"

namespace oc::query {

class LabelHints;
class LineTemplate;

// Belongs to one query and one thread; may keep memory from line to line.
class Stage {
 public:
  virtual ~Stage() = default;
  // False: the line is dropped.
  virtual bool process(Line& line) = 0;
  // A stage that does to every line of the template what this one does, reading no more of it than late values (see
  // LineTemplate); null: that depends on the line. Asked of stages that look at lines. This one must outlive it.
  virtual std::unique_ptr<Stage> follow(LineTemplate&) const { return nullptr; }
};

// A condition on labels. Thread-safe; a value that can't be converted marks the line with an error and lets it pass.
class LabelPredicate {
 public:
  virtual ~LabelPredicate() = default;
  virtual bool holds(LineLabels& labels) const = 0;
  virtual std::string text() const = 0;  // `level="error"`
  // The labels it looks at.
  virtual void add_labels(std::vector<std::string>& labels) const = 0;
  virtual bool is_compound() const { return false; }  // and, or
  virtual Status check() const { return {}; }         // an error in its own text
};

std::string indentation(int level);

class StageExpr {
 public:
  virtual ~StageExpr() = default;
  virtual std::string text() const = 0;  // `|= "x"`, as Loki prints it
  // The same over several lines, indented.
  virtual std::string pretty_text(int level) const { return indentation(level) + text(); }
  // `hints` outlives the stage.
  virtual Result<std::unique_ptr<Stage>> compile(const LabelHints& hints) const = 0;

  // What a store can apply to the lines it holds: each must hold of a line that passes. `filters_suffice`: the stage
  // does nothing beyond.
  virtual std::span<const LineFilter> line_filters() const { return {}; }
  virtual bool filters_suffice() const { return false; }

  virtual bool changes_line() const { return false; }
  virtual bool reads_line() const { return false; }
  virtual bool changes_labels() const { return false; }
  virtual bool takes_labels_away() const { return false; }  // drop, keep, a label renamed
  virtual bool only_writes_line() const { return false; }   // line_format: of no use where nobody reads the line
  // The labels it looks at. False: it may look at any.
  virtual bool add_required_labels(std::vector<std::string>&) const { return true; }
  // Whether Stage::follow() is worth asking, or needless as it neither looks at the line nor changes it.
  virtual bool follows_templates() const { return ignores_line(); }
  // Whether what it does follows from the line's labels alone.
  virtual bool reads_only_labels() const { return false; }
  bool ignores_line() const { return !reads_line() && !changes_line(); }
  virtual bool is_line_filter() const { return false; }
  // Set for a label filter.
  virtual std::shared_ptr<const LabelPredicate> predicate() const { return nullptr; }
};

using StageList = std::vector<std::unique_ptr<StageExpr>>;

}  // namespace oc::query
