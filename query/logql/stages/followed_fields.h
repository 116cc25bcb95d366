// What a parser stage finds in all lines of a template.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "query/logql/label_hints.h"
#include "query/logql/line_template.h"
#include "query/logql/stages/stage.h"

namespace oc::query {

struct FollowedFields {
  enum class End { kWhole, kError, kUnknown };  // kUnknown: how it goes on depends on the line

  std::vector<TemplateField> fields;  // in the order in which the parser stores them
  End end = End::kWhole;
  std::string_view error, details;  // constants; for kError
};

// Stores them as the parser would, with store_field(). `hints` must outlive it.
std::unique_ptr<Stage> make_fields_stage(const LabelHints& hints, FollowedFields fields);

}  // namespace oc::query
