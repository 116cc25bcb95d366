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
  for (const auto& [number, name] : made->regex_->CapturingGroupNames()) made->groups_.emplace_back(number, name);
  if (made->groups_.empty()) reader.fail("regex", "'regex' has no named groups", "name them: (?P<level>\\w+)");
  if (made->regex_->NumberOfCapturingGroups() >= kMostGroups) reader.fail("regex", "'regex' has more than 99 groups");
  return made;
}

Result<Fate> RegexParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  std::array<re2::StringPiece, kMostGroups> found;
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, found.data(),
                     regex_->NumberOfCapturingGroups() + 1))
    return permanent("regex pattern does not match");
  Value parsed = Value::empty_map();
  for (const auto& [number, name] : groups_)
    parsed.set(name, Value::of(view(found[static_cast<std::size_t>(number)])), arena);
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
