// What a query still looks at once a parser stage has run, so that parsers extract nothing else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/logql/line.h"
#include "query/logql/stages/stage.h"

namespace oc::query {

// A field whose name a stream label has is asked for with the suffix; parsers look for it without.
void add_with_bare_name(std::vector<std::string>& names, const std::string& label);

// Of which labels a metric query makes its series; null: of all.
struct LabelDemand {
  const std::vector<std::string>* grouping = nullptr;  // `by` these
  std::string_view unwrapped;                          // the label whose value is taken
};

// The rules are Loki's, as they decide what a query answers: a parser that is not needed does not fail, one that has
// found all stops before a line's damaged end, and a later filter on a label is applied as soon as a parser finds the
// label. Const after construction.
class LabelHints {
 public:
  LabelHints() = default;  // everything is wanted
  LabelHints(std::span<const StageExpr* const> stages, const StageList* unwrap_filters, const LabelDemand& demand);

  bool wants(std::string_view label) const;
  // Whether store_field() may want it, whatever labels the stream has.
  bool may_want(std::string_view field) const;
  bool wants_prefix(std::string_view prefix) const;  // some wanted label begins so
  // Nothing that a parser could find in this line is wanted (any more).
  bool wants_nothing(const LineLabels& labels) const { return nothing_ || has_all(labels); }
  bool has_all(const LineLabels& labels) const;
  // The labels that count, all others may come or not: sorted. None where all do, or where it is not known.
  const std::vector<std::string>& required() const { return required_; }
  // Whether required() says it all.
  bool knows_required() const { return nothing_ || !required_.empty(); }
  // A label filter or the grouping asks for __error__: a line with a parser's error counts.
  bool keeps_errors() const { return keeps_errors_; }
  // False: a filter further on drops the line for the label just found.
  bool passes(std::string_view label, LineLabels& labels) const;

 private:
  struct EarlyFilter {
    std::string label;
    std::shared_ptr<const LabelPredicate> predicate;
  };
  void add_early_filter(const StageExpr& stage);

  bool nothing_ = false;
  bool keeps_errors_ = false;
  std::vector<std::string> required_;  // empty: all labels are wanted
  std::vector<EarlyFilter> early_filters_;
};

enum class FieldOutcome { kGoOn, kFoundAll, kDropLine };

// Stores a parser's field as the label it is to have, unless an earlier field or stage has given that label or nobody
// asks for it.
FieldOutcome store_field(const LabelHints& hints, LineLabels& labels, std::string_view label, const FieldValue& value);
inline FieldOutcome store_field(const LabelHints& hints, LineLabels& labels, std::string_view label,
                                std::string_view text) {
  return store_field(hints, labels, label, FieldValue(text));
}

}  // namespace oc::query
