// |= != |~ !~ with `or` chains.
#include <array>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::array<std::pair<std::string_view, LineFilter::Type>, 4> kOperators = {
    {{"|=", LineFilter::Type::kContains},
     {"!=", LineFilter::Type::kNotContains},
     {"|~", LineFilter::Type::kMatches},
     {"!~", LineFilter::Type::kNotMatches}}};

class LineFilterStage final : public Stage {
 public:
  explicit LineFilterStage(CompiledLineFilters filters) : filters_(std::move(filters)) {}
  bool process(Line& line) override { return filters_.matches(line.text); }

 private:
  CompiledLineFilters filters_;
};

class LineFilterExpr final : public StageExpr {
 public:
  LineFilterExpr(std::string_view symbol, LineFilter filter) : symbol_(symbol), filter_(std::move(filter)) {}

  std::string text() const override {
    std::string alternatives;
    for (const auto& text : filter_.alternatives) {
      alternatives += (alternatives.empty() ? "" : " or ") + go_quote(text);
    }
    return fmt::format("{} {}", symbol_, alternatives);
  }
  Result<std::unique_ptr<Stage>> compile() const override {
    OC_TRY_ASSIGN(auto filters, CompiledLineFilters::compile(std::span(&filter_, 1)));
    return std::make_unique<LineFilterStage>(std::move(filters));
  }
  const LineFilter* line_filter() const override { return &filter_; }

 private:
  std::string_view symbol_;
  LineFilter filter_;
};

Result<std::string> parse_alternative(TokenCursor& cursor) {
  if (cursor.peek().is("ip")) return cursor.not_supported(cursor.peek());
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING or ip"));
  return std::move(token.text);
}

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_line_filter(TokenCursor& cursor) {
  const auto symbol = cursor.take();
  for (const auto& [name, type] : kOperators) {
    if (symbol.text != name) continue;
    LineFilter filter{.type = type, .alternatives = {}};
    do {
      OC_TRY_ASSIGN(auto alternative, parse_alternative(cursor));
      filter.alternatives.push_back(std::move(alternative));
    } while (cursor.take_if("or"));
    return std::make_unique<LineFilterExpr>(name, std::move(filter));
  }
  return cursor.not_supported(symbol);
}

}  // namespace oc::query
