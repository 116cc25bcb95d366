// A log expression made ready to run: what the store does (matchers, leading line filters) and what is left to do here.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/line.h"

namespace oc::query {

// One query, one thread at a time.
class Pipeline {
 public:
  static Result<Pipeline> compile(const LogExpr& log);

  const std::vector<Matcher>& matchers() const { return matchers_; }
  const std::vector<LineFilter>& pushed_down() const { return pushed_down_; }
  bool has_stages() const { return !stages_.empty(); }

  // Runs the stages over a row that passed pushed_down(). nullptr: dropped; else the line, valid until the next call.
  Line* run(const Stream& stream, const Row& row);

 private:
  std::vector<Matcher> matchers_;
  std::vector<LineFilter> pushed_down_;
  std::vector<std::unique_ptr<Stage>> stages_;
  Line line_;
};

}  // namespace oc::query
