#include "collector/operators/regex_parser.h"

#include <array>

namespace oc::collector {

std::shared_ptr<const Operator> RegexParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<RegexParser>();
  made->keys_ = ParserKeys::read(reader);
  std::string pattern;
  reader.text("regex", pattern);
  (void)reader.child("cache");  // an optimisation of the official collector; the result is the same without
  if (pattern.empty()) {
    reader.fail("regex", "'regex' is missing");
    return made;
  }
  auto regex = compile_regex(pattern);
  if (!regex) {
    reader.fail("regex", regex.error().message);
    return made;
  }
  made->regex_ = std::move(*regex);
  made->simple_ = formats::SimplePattern::compile(made->regex_->pattern());
  for (const auto& [number, name] : made->regex_->CapturingGroupNames()) made->groups_.emplace_back(number, name);
  if (made->groups_.empty()) reader.fail("regex", "'regex' has no named groups", "name them: (?P<level>\\w+)");
  if (made->regex_->NumberOfCapturingGroups() >= kMostGroups) reader.fail("regex", "'regex' has more than 99 groups");
  return made;
}

Result<Fate> RegexParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  const auto count = static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1;
  std::array<std::string_view, kFewGroups> few;
  const std::span groups(count <= few.size() ? few.data() : arena.array<std::string_view>(count), count);
  if (!find(text, groups)) return permanent("regex pattern does not match");
  Value parsed = Value::empty_map(groups_.size(), arena);
  for (const auto& [number, name] : groups_)
    parsed.set(name, Value::of(groups[static_cast<std::size_t>(number)]), arena);  // of equal names the last one counts
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

bool RegexParser::find(std::string_view text, std::span<std::string_view> groups) const {
  const auto outcome = simple_ ? simple_->find(text, groups) : formats::SimplePattern::Outcome::kUndecided;
  if (outcome != formats::SimplePattern::Outcome::kUndecided) return outcome == formats::SimplePattern::Outcome::kMatch;
  std::array<re2::StringPiece, kMostGroups> found;
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, found.data(), static_cast<int>(groups.size())))
    return false;
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = view(found[i]);
  return true;
}

}  // namespace oc::collector
