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

// Splits `a.b["c d"][2]` into steps; array indexes are told from names.
struct FieldStep {
  std::string name;
  std::size_t index = 0;
  bool is_index = false;
};
Result<std::vector<FieldStep>> parse_field_path(std::string_view expression);

}  // namespace oc::query
