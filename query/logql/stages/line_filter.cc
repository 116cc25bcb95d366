// |= != |~ !~ |> !> with `or` chains and ip().
#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/pattern.h"
#include "query/logql/regex_simplifier.h"
#include "query/logql/stages/capture_pattern.h"
#include "query/logql/stages/ip_pattern.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

enum class LineOperator { kContains, kNotContains, kMatches, kNotMatches, kPattern, kNotPattern };
constexpr auto kLineOperators = std::to_array<std::string_view>({"|=", "!=", "|~", "!~", "|>", "!>"});

bool is_negated(LineOperator op) { return static_cast<int>(op) % 2 == 1; }
bool is_pattern(LineOperator op) { return op == LineOperator::kPattern || op == LineOperator::kNotPattern; }

struct Alternative {
  bool is_ip = false;
  std::string text;
};
// One operator with its alternatives; a negated one has a single alternative (`!= "a" or "b"` reads as two filters).
struct LineCondition {
  LineOperator op = LineOperator::kContains;
  std::vector<Alternative> alternatives;
};

std::string to_text(const LineCondition& condition) {
  std::string text(kLineOperators[static_cast<std::size_t>(condition.op)]);
  for (bool first = true; const auto& [is_ip, value] : condition.alternatives) {
    text += first ? " " : " or ";
    first = false;
    text += is_ip ? fmt::format("ip({})", go_quote(value)) : go_quote(value);
  }
  return text;
}

// Beside others Loki leaves out an alternative that holds of any line: `|= "a" or ""` asks for "a".
LineCondition without_idle_alternatives(LineCondition condition) {
  const bool is_regex = condition.op == LineOperator::kMatches || condition.op == LineOperator::kNotMatches;
  for (auto& [is_ip, text] : condition.alternatives) {
    if (is_regex && !is_ip) text = without_idle_alternatives(text, PatternUse::kPartOfText);
  }
  if (is_pattern(condition.op)) return condition;
  const auto is_idle = [](const Alternative& alternative) { return !alternative.is_ip && alternative.text.empty(); };
  if (!std::ranges::all_of(condition.alternatives, is_idle)) std::erase_if(condition.alternatives, is_idle);
  return condition;
}

class LineTest {
 public:
  static Result<LineTest> compile(const LineCondition& condition) {
    LineTest test;
    test.negated_ = is_negated(condition.op);
    LineFilter filter{.type = condition.op == LineOperator::kContains || condition.op == LineOperator::kNotContains
                                  ? LineFilter::Type::kContains
                                  : LineFilter::Type::kMatches,
                      .alternatives = {}};
    for (const auto& [is_ip, text] : condition.alternatives) {
      if (is_ip) {
        if (condition.op > LineOperator::kNotContains) return permanent("ip: invalid operation");
        OC_TRY_ASSIGN(const auto ip, IpPattern::parse(text));
        test.addresses_.push_back(ip);
      } else if (is_pattern(condition.op)) {
        OC_TRY_ASSIGN(auto pattern, CapturePattern::compile_filter(text));
        test.patterns_.push_back(std::move(pattern));
      } else {
        filter.alternatives.push_back(text);
      }
    }
    if (!filter.alternatives.empty()) {
      OC_TRY_ASSIGN(test.texts_, CompiledLineFilters::compile(std::span(&filter, 1)));
    }
    return test;
  }

  bool holds(std::string_view line) const {
    const bool found =
        (texts_ && texts_->matches(line)) ||
        std::ranges::any_of(addresses_, [&](const IpPattern& ip) { return ip.found_in(line); }) ||
        std::ranges::any_of(patterns_, [&](const CapturePattern& pattern) { return pattern.matches(line); });
    return found != negated_;
  }

 private:
  bool negated_ = false;
  std::optional<CompiledLineFilters> texts_;
  std::vector<IpPattern> addresses_;
  std::vector<CapturePattern> patterns_;
};

class LineFilterStage final : public Stage {
 public:
  explicit LineFilterStage(std::vector<LineTest> tests) : tests_(std::move(tests)) {}
  bool process(Line& line) override {
    return std::ranges::all_of(tests_, [&](const LineTest& test) { return test.holds(line.text); });
  }

 private:
  std::vector<LineTest> tests_;
};

// Expressions that are but texts as a search for these; in front of others, where lines that match hold certain texts,
// a search for them.
std::vector<LineFilter> pattern_filters(LineFilter filter) {
  const bool negated = filter.type == LineFilter::Type::kNotMatches;
  LineFilter texts{negated ? LineFilter::Type::kNotContains : LineFilter::Type::kContains, {}};
  bool suffice = true;
  for (const auto& expression : filter.alternatives) {
    const auto needed = needed_texts(expression);
    if (needed.texts.empty()) return {std::move(filter)};
    suffice = suffice && needed.suffice;
    texts.alternatives.insert(texts.alternatives.end(), needed.texts.begin(), needed.texts.end());
  }
  if (suffice) return {std::move(texts)};
  if (negated) return {std::move(filter)};
  return {std::move(texts), std::move(filter)};
}

// What must hold of a line that passes, as far as a store can test it; `suffices`: nothing else must.
std::vector<LineFilter> store_filters(const LineCondition& condition, bool& suffices) {
  const auto has_ip = std::ranges::any_of(condition.alternatives, &Alternative::is_ip);
  if (is_pattern(condition.op)) {
    suffices = false;
    std::vector<LineFilter> filters;
    if (condition.op == LineOperator::kNotPattern || condition.alternatives.size() > 1) return filters;
    const auto pattern = CapturePattern::compile_filter(condition.alternatives.front().text);
    for (auto& literal : pattern ? pattern->literals() : std::vector<std::string>()) {
      filters.push_back({LineFilter::Type::kContains, {std::move(literal)}});
    }
    return filters;
  }
  if (has_ip) {
    suffices = false;
    return {};
  }
  LineFilter filter{.type = static_cast<LineFilter::Type>(condition.op), .alternatives = {}};
  for (const auto& alternative : condition.alternatives) filter.alternatives.push_back(alternative.text);
  if (filter.type >= LineFilter::Type::kMatches) return pattern_filters(std::move(filter));
  return {std::move(filter)};
}

// All line filters that follow one another.
class LineFilterExpr final : public StageExpr {
 public:
  explicit LineFilterExpr(std::vector<LineCondition> conditions) : conditions_(std::move(conditions)) {
    for (const auto& condition : conditions_) {
      for (auto& filter : store_filters(without_idle_alternatives(condition), suffices_))
        store_filters_.push_back(std::move(filter));
    }
  }

  std::string text() const override {
    std::string text;
    for (const auto& condition : conditions_) text += (text.empty() ? "" : " ") + to_text(condition);
    return text;
  }
  std::string pretty_text(int level) const override {
    constexpr std::size_t kMaxLineBytes = 100;  // as of any expression that is laid out
    if (auto line = text(); line.size() <= kMaxLineBytes) return indentation(level) + line;
    std::string lines;
    for (const auto& condition : conditions_) {
      lines += (lines.empty() ? "" : "\n") + indentation(level) + to_text(condition);
    }
    return lines;
  }
  Result<std::unique_ptr<Stage>> compile(const LabelHints&) const override {
    std::vector<LineTest> tests;
    for (const auto& condition : std::views::reverse(conditions_)) {  // of several bad ones Loki names the last
      OC_TRY_ASSIGN(auto test, LineTest::compile(without_idle_alternatives(condition)));
      tests.push_back(std::move(test));
    }
    std::ranges::reverse(tests);
    return std::make_unique<LineFilterStage>(std::move(tests));
  }
  bool reads_line() const override { return true; }
  bool is_line_filter() const override { return true; }
  std::span<const LineFilter> line_filters() const override { return store_filters_; }
  bool filters_suffice() const override { return suffices_; }

 private:
  std::vector<LineCondition> conditions_;
  std::vector<LineFilter> store_filters_;
  bool suffices_ = true;
};

Result<Alternative> parse_alternative(TokenCursor& cursor) {
  if (!cursor.take_if("ip")) {
    OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING or ip"));
    return Alternative{false, std::move(token.text)};
  }
  OC_TRY(cursor.expect("(", "("));
  OC_TRY_ASSIGN(auto token, cursor.expect(TokenKind::kString, "STRING"));
  OC_TRY(cursor.expect(")", ")"));
  return Alternative{true, std::move(token.text)};
}

}  // namespace

Result<std::unique_ptr<StageExpr>> parse_line_filters(TokenCursor& cursor) {
  std::vector<LineCondition> conditions;
  while (is_line_filter_operator(cursor.peek())) {
    const auto op = std::ranges::find(kLineOperators, cursor.take().text) - kLineOperators.begin();
    LineCondition condition{.op = static_cast<LineOperator>(op), .alternatives = {}};
    const bool is_regex = condition.op == LineOperator::kMatches || condition.op == LineOperator::kNotMatches;
    do {
      OC_TRY(is_regex ? cursor.count_regex() : cursor.count_expression());
      OC_TRY_ASSIGN(auto alternative, parse_alternative(cursor));
      if (is_negated(condition.op) && !condition.alternatives.empty()) {
        conditions.push_back(condition);
        condition.alternatives.clear();
      }
      condition.alternatives.push_back(std::move(alternative));
    } while (cursor.take_if("or"));
    conditions.push_back(std::move(condition));
  }
  return std::make_unique<LineFilterExpr>(std::move(conditions));
}

}  // namespace oc::query
