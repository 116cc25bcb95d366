#include "query/logql/pattern.h"

#include <algorithm>

#include <re2/re2.h>

#include "base/utf8.h"
#include "query/logql/regex_engine.h"
#include "query/logql/text_set.h"

namespace oc::query {

struct Pattern::Impl {
  std::optional<std::vector<LiteralTest>> literals;
  std::optional<TextSet> many_literals;          // decides in place of `literals`
  std::unique_ptr<RE2> engine;                   // null where `literals` decide
  std::optional<formats::SimplePattern> simple;  // the same, where it is of that kind
  PatternUse use = PatternUse::kPartOfText;

  bool can_lie_anywhere() const {
    return std::ranges::all_of(*literals, [](const LiteralTest& test) {
      return !test.at_start && !test.at_end && test.min_size <= test.literal.size();
    });
  }
  bool engine_matches(std::string_view text) const {
    const re2::StringPiece piece(text.data(), text.size());
    return engine->Match(piece, 0, text.size(), use == PatternUse::kPartOfText ? RE2::UNANCHORED : RE2::ANCHOR_BOTH,
                         nullptr, 0);
  }
};

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view expression, PatternUse use) {
  auto impl = std::make_unique<Impl>();
  impl->use = use;
  impl->literals = as_literal_tests(expression, use);
  if (impl->literals && impl->literals->size() > TextSet::kWorthwhile && impl->can_lie_anywhere()) {
    std::vector<std::string> texts;
    for (const LiteralTest& test : *impl->literals) texts.push_back(test.literal);
    impl->many_literals.emplace(std::move(texts));
  }
  if (impl->literals) return Pattern(std::move(impl));

  OC_TRY_ASSIGN(impl->engine, compile_engine(expression, use == PatternUse::kWholeText));
  if (use == PatternUse::kPartOfText) impl->simple = formats::SimplePattern::compile(expression);
  return Pattern(std::move(impl));
}

bool Pattern::matches_all() const {
  return impl_->literals && std::ranges::any_of(*impl_->literals, [](const LiteralTest& test) {
           return test.min_size == 0 && test.literal.empty() && !(test.at_start && test.at_end);
         });
}

bool Pattern::needs_engine() const { return impl_->engine != nullptr; }

bool Pattern::matches(std::string_view text) const {
  if (impl_->many_literals) return impl_->many_literals->found_in(text);
  if (impl_->literals) {
    return std::ranges::any_of(*impl_->literals, [&](const LiteralTest& test) { return test.matches(text); });
  }
  if (impl_->simple && is_ascii(text)) {
    const auto outcome = impl_->simple->find(text, {});
    if (outcome != Outcome::kUndecided) return outcome == Outcome::kMatch;
  }
  if (impl_->engine_matches(text)) return true;
  // RE2 never lets `.` or a class take an invalid byte, Go reads it as U+FFFD.
  if (is_utf8(text)) return false;
  return impl_->engine_matches(to_utf8(text));
}

}  // namespace oc::query
