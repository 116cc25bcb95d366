// Compiled forms of matchers and line filters.
#include "query/logql/log_reader.h"
#include "query/logql/pattern.h"
#include "query/logql/text_set.h"

namespace oc::query {

namespace {

std::string_view value_of(const Labels& labels, std::string_view name) {
  for (const auto& [label, value] : labels) {
    if (label == name) return value;
  }
  return {};
}

struct CompiledMatcher {
  std::string name;
  bool negated = false;
  std::string value;  // compared when there is no pattern
  std::optional<Pattern> pattern;

  bool matches(const Labels& labels) const {
    const auto actual = value_of(labels, name);
    const bool hit = pattern ? pattern->matches(actual) : actual == value;
    return hit != negated;
  }
};

struct CompiledLineFilter {
  bool negated = false;
  std::vector<std::string> literals;
  std::optional<TextSet> many_literals;  // in place of `literals`
  std::vector<Pattern> patterns;

  bool matches(std::string_view line) const {
    const bool hit =
        (many_literals && many_literals->found_in(line)) ||
        std::ranges::any_of(literals, [&](const std::string& literal) { return contains(line, literal); }) ||
        std::ranges::any_of(patterns, [&](const Pattern& pattern) { return pattern.matches(line); });
    return hit != negated;
  }

  std::optional<bool> matches_template(std::span<const formats::TemplatePiece> pieces) const {
    if (many_literals || !literals.empty()) return std::nullopt;
    bool known = true;
    for (const auto& pattern : patterns) {
      const auto hit = pattern.matches_template(pieces);
      if (hit && *hit) return !negated;
      known = known && hit.has_value();
    }
    return known ? std::optional(negated) : std::nullopt;
  }
};

Result<CompiledMatcher> compile_one(const Matcher& matcher) {
  CompiledMatcher compiled{.name = matcher.name, .value = matcher.value, .pattern = std::nullopt};
  compiled.negated = matcher.type == Matcher::Type::kNotEqual || matcher.type == Matcher::Type::kNotRegex;
  if (matcher.type == Matcher::Type::kRegex || matcher.type == Matcher::Type::kNotRegex) {
    OC_TRY_ASSIGN(compiled.pattern, Pattern::compile(matcher.value, PatternUse::kWholeText));
  }
  return compiled;
}

Result<CompiledLineFilter> compile_one(const LineFilter& filter) {
  CompiledLineFilter compiled;
  compiled.negated = filter.type == LineFilter::Type::kNotContains || filter.type == LineFilter::Type::kNotMatches;
  const bool literal = filter.type == LineFilter::Type::kContains || filter.type == LineFilter::Type::kNotContains;
  for (const auto& text : filter.alternatives) {
    if (literal) {
      compiled.literals.push_back(text);
      continue;
    }
    OC_TRY_ASSIGN(auto pattern, Pattern::compile(text, PatternUse::kPartOfText));
    compiled.patterns.push_back(std::move(pattern));
  }
  if (compiled.literals.size() > TextSet::kWorthwhile)
    compiled.many_literals.emplace(std::exchange(compiled.literals, {}));
  return compiled;
}

}  // namespace

struct CompiledMatchers::Impl {
  std::vector<CompiledMatcher> matchers;
};

CompiledMatchers::CompiledMatchers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CompiledMatchers::CompiledMatchers(CompiledMatchers&&) noexcept = default;
CompiledMatchers& CompiledMatchers::operator=(CompiledMatchers&&) noexcept = default;
CompiledMatchers::~CompiledMatchers() = default;

Result<CompiledMatchers> CompiledMatchers::compile(std::span<const Matcher> matchers) {
  auto impl = std::make_unique<Impl>();
  for (const auto& matcher : matchers) {
    OC_TRY_ASSIGN(auto compiled, compile_one(matcher));
    impl->matchers.push_back(std::move(compiled));
  }
  return CompiledMatchers(std::move(impl));
}

bool CompiledMatchers::matches(const Labels& labels) const {
  return std::ranges::all_of(impl_->matchers, [&](const CompiledMatcher& one) { return one.matches(labels); });
}

struct CompiledLineFilters::Impl {
  std::vector<CompiledLineFilter> filters;
};

CompiledLineFilters::CompiledLineFilters(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CompiledLineFilters::CompiledLineFilters(CompiledLineFilters&&) noexcept = default;
CompiledLineFilters& CompiledLineFilters::operator=(CompiledLineFilters&&) noexcept = default;
CompiledLineFilters::~CompiledLineFilters() = default;

Result<CompiledLineFilters> CompiledLineFilters::compile(std::span<const LineFilter> filters) {
  auto impl = std::make_unique<Impl>();
  for (const auto& filter : filters) {
    OC_TRY_ASSIGN(auto compiled, compile_one(filter));
    impl->filters.push_back(std::move(compiled));
  }
  return CompiledLineFilters(std::move(impl));
}

bool CompiledLineFilters::matches(std::string_view line) const {
  return std::ranges::all_of(impl_->filters, [&](const CompiledLineFilter& one) { return one.matches(line); });
}

std::optional<bool> CompiledLineFilters::matches_template(std::span<const formats::TemplatePiece> pieces) const {
  bool known = true;
  for (const auto& one : impl_->filters) {
    const auto matches = one.matches_template(pieces);
    if (matches && !*matches) return false;
    known = known && matches.has_value();
  }
  return known ? std::optional(true) : std::nullopt;
}

}  // namespace oc::query
