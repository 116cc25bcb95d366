#include "query/logql/stages/label_extraction.h"

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::query {

Result<std::vector<LabelExtraction>> parse_label_extractions(TokenCursor& cursor) {
  std::vector<LabelExtraction> extractions;
  if (cursor.peek().kind != TokenKind::kIdentifier) return extractions;
  do {
    OC_TRY(cursor.count_expression());
    OC_TRY_ASSIGN(auto label, cursor.expect(TokenKind::kIdentifier, "IDENTIFIER"));
    LabelExtraction extraction{.label = label.text, .expression = label.text};
    if (cursor.take_if("=")) {
      OC_TRY_ASSIGN(auto expression, cursor.expect(TokenKind::kString, "STRING"));
      extraction.expression = std::move(expression.text);
    }
    extractions.push_back(std::move(extraction));
  } while (cursor.take_if(","));
  if (cursor.peek().kind == TokenKind::kIdentifier) return cursor.unexpected();
  return extractions;
}

std::string to_text(const std::vector<LabelExtraction>& extractions) {
  std::string text;
  for (const auto& extraction : extractions) {
    text += fmt::format("{}{}={}", text.empty() ? " " : ",", extraction.label, go_quote(extraction.expression));
  }
  return text;
}

}  // namespace oc::query
