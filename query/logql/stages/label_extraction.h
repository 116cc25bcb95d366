// `json a="x.y", b`: which fields a parser shall store under which labels.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

struct LabelExtraction {
  std::string label;
  std::string expression;  // equal to the label where none is written
};

// None when no identifier follows.
Result<std::vector<LabelExtraction>> parse_label_extractions(TokenCursor& cursor);
std::string to_text(const std::vector<LabelExtraction>& extractions);  // ` a="x.y",b="b"`

}  // namespace oc::query
