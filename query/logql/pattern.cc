#include "query/logql/pattern.h"

#include <algorithm>

#include <re2/re2.h>

#include "base/utf8.h"
#include "formats/regex/needed_texts.h"
#include "query/logql/regex_engine.h"
#include "query/logql/text_set.h"

namespace oc::query {

struct Pattern::Impl {
  std::optional<std::vector<LiteralTest>> literals;
  std::optional<TextSet> many_literals;          // decides in place of `literals`
  std::unique_ptr<RE2> engine;                   // null where `literals` decide
  std::optional<formats::SimplePattern> simple;  // the same, where it is of that kind
  PatternUse use = PatternUse::kPartOfText;

  bool engine_matches(std::string_view text) const {
    const re2::StringPiece piece(text.data(), text.size());
    return engine->Match(piece, 0, text.size(), use == PatternUse::kPartOfText ? RE2::UNANCHORED : RE2::ANCHOR_BOTH,
                         nullptr, 0);
  }
};

namespace {

bool can_lie_anywhere(const std::vector<LiteralTest>& tests) {
  return std::ranges::all_of(tests, [](const LiteralTest& test) {
    return !test.at_start && !test.at_end && test.min_size <= test.literal.size();
  });
}

std::vector<std::string> texts_of(const std::vector<LiteralTest>& tests) {
  std::vector<std::string> texts;
  for (const LiteralTest& test : tests) texts.push_back(test.literal);
  return texts;
}

}  // namespace

NeededTexts needed_texts(std::string_view expression) {
  // Shorter ones are in most lines, and more is found of their matches.
  constexpr std::size_t kShortest = 3;
  const auto serves = [](const std::string& text) { return text.size() >= kShortest && is_ascii(text); };
  const auto tests = as_literal_tests(expression, PatternUse::kPartOfText);
  if (tests && can_lie_anywhere(*tests) && std::ranges::none_of(*tests, &std::string::empty, &LiteralTest::literal))
    return {texts_of(*tests), true};
  const auto simple = formats::SimplePattern::compile(expression);
  auto texts = simple ? formats::needed_texts(simple->program()) : std::vector<std::string>();
  if (!std::ranges::all_of(texts, serves)) texts.clear();
  return {std::move(texts), false};
}

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view expression, PatternUse use) {
  auto impl = std::make_unique<Impl>();
  impl->use = use;
  impl->literals = as_literal_tests(expression, use);
  if (impl->literals && impl->literals->size() > TextSet::kWorthwhile && can_lie_anywhere(*impl->literals))
    impl->many_literals.emplace(texts_of(*impl->literals));
  if (use == PatternUse::kPartOfText) impl->simple = formats::SimplePattern::compile(expression);
  if (impl->literals) return Pattern(std::move(impl));

  OC_TRY_ASSIGN(impl->engine, compile_engine(expression, use == PatternUse::kWholeText));
  return Pattern(std::move(impl));
}

bool Pattern::matches_all() const {
  return impl_->literals && std::ranges::any_of(*impl_->literals, [](const LiteralTest& test) {
           return test.min_size == 0 && test.literal.empty() && !(test.at_start && test.at_end);
         });
}

bool Pattern::needs_engine() const { return impl_->engine != nullptr; }

std::optional<bool> Pattern::matches_template(std::span<const formats::TemplatePiece> pieces) const {
  if (!impl_->simple || !std::ranges::all_of(pieces, formats::holds_only_ascii)) return std::nullopt;
  const auto outcome = formats::find_in_template(*impl_->simple, pieces, {});
  return outcome == Outcome::kUndecided ? std::nullopt : std::optional(outcome == Outcome::kMatch);
}

bool Pattern::matches(std::string_view text) const {
  if (impl_->many_literals) return impl_->many_literals->found_in(text);
  if (impl_->literals) {
    return std::ranges::any_of(*impl_->literals, [&](const LiteralTest& test) { return test.matches(text); });
  }
  // Of letters in either case the engine finds the first ones quicker.
  if (impl_->simple && !impl_->simple->program().only_ascii && is_ascii(text)) {
    const auto outcome = impl_->simple->find(text, {});
    if (outcome != Outcome::kUndecided) return outcome == Outcome::kMatch;
  }
  if (impl_->engine_matches(text)) return true;
  // RE2 never lets `.` or a class take an invalid byte, Go reads it as U+FFFD.
  if (is_utf8(text)) return false;
  return impl_->engine_matches(to_utf8(text));
}

}  // namespace oc::query
