#include "query/logql/capture_regex.h"

#include <re2/re2.h>

#include "formats/regex/go_syntax.h"
#include "query/logql/regex_engine.h"

namespace oc::query {

struct CaptureRegex::Impl {
  std::unique_ptr<RE2> engine;
  std::optional<formats::SimplePattern> simple;  // the same expression, where it is of that kind
};

CaptureRegex::CaptureRegex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CaptureRegex::CaptureRegex(CaptureRegex&&) noexcept = default;
CaptureRegex& CaptureRegex::operator=(CaptureRegex&&) noexcept = default;
CaptureRegex::~CaptureRegex() = default;

Result<CaptureRegex> CaptureRegex::compile(std::string_view expression) {
  auto impl = std::make_unique<Impl>();
  OC_TRY_ASSIGN(impl->engine, compile_engine(expression, false));
  impl->simple = formats::SimplePattern::compile(formats::with_python_names(expression));
  std::vector<std::string> names(static_cast<std::size_t>(impl->engine->NumberOfCapturingGroups()));
  for (const auto& [number, name] : impl->engine->CapturingGroupNames()) {
    names[static_cast<std::size_t>(number) - 1] = name;
  }
  CaptureRegex regex(std::move(impl));
  regex.names_ = std::move(names);
  return regex;
}

bool CaptureRegex::match(std::string_view text, std::vector<std::string_view>& captures) const {
  constexpr std::size_t kUsualGroups = 16;
  const auto count = names_.size() + 1;
  if (impl_->simple && is_ascii(text)) {
    captures.resize(count);
    const auto outcome = impl_->simple->find(text, captures);
    if (outcome != Outcome::kUndecided) return outcome == Outcome::kMatch;
  }
  re2::StringPiece usual[kUsualGroups];
  std::vector<re2::StringPiece> many(count > kUsualGroups ? count : 0);
  auto* pieces = many.empty() ? usual : many.data();
  const re2::StringPiece piece(text.data(), text.size());
  if (!impl_->engine->Match(piece, 0, text.size(), RE2::UNANCHORED, pieces, static_cast<int>(count))) return false;
  captures.resize(count);
  for (std::size_t i = 0; i < count; ++i) captures[i] = {pieces[i].data(), pieces[i].size()};
  return true;
}

std::optional<std::vector<formats::TemplateSpan>> CaptureRegex::match_template(
    std::span<const formats::TemplatePiece> pieces) const {
  if (!impl_->simple) return std::nullopt;
  std::vector<formats::TemplateSpan> groups(names_.size() + 1);
  const auto outcome = formats::find_in_template(*impl_->simple, pieces, groups);
  if (outcome == Outcome::kUndecided) return std::nullopt;
  if (outcome == Outcome::kNoMatch) groups.clear();
  return groups;
}

}  // namespace oc::query
