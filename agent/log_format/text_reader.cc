#include "agent/log_format/text_reader.h"

#include "agent/log_format/line_shapes.h"
#include "agent/log_format/record_splitter.h"
#include "formats/ansi.h"

namespace oc::agent {
namespace {

using formats::FoundTimestamp;

Span span_of(const std::optional<FoundTimestamp>& stamp) { return stamp ? Span{stamp->start, stamp->end} : Span{}; }

}  // namespace

std::vector<std::string_view> without_escapes(Lines lines, std::vector<std::string>& storage) {
  std::vector<std::string_view> plain(lines.begin(), lines.end());
  storage.reserve(lines.size());  // views into it must stay
  for (auto& line : plain) {
    if (line.find('\x1b') == std::string_view::npos) continue;
    storage.push_back(formats::without_ansi_sequences(line));
    line = storage.back();
  }
  return plain;
}

bool is_pairs_line(std::string_view line) {
  const LineShape shape = line_shape(line);
  return shape == LineShape::kLogfmt || shape == LineShape::kKeyValue;
}

std::optional<FoundTimestamp> TextReader::own_timestamp(std::string_view line) const {
  if (!plan_.stamp_place) return std::nullopt;
  auto stamp = formats::find_timestamp(line);
  if (!stamp || !plan_.stamp_place->accepts(line, *stamp)) return std::nullopt;
  return stamp;
}

std::vector<bool> TextReader::find_heads(Lines lines, const std::vector<std::optional<FoundTimestamp>>& stamps) const {
  std::vector<bool> heads(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    switch (plan_.head_rule) {
      case HeadRule::kTimestamp:
        heads[i] = stamps[i].has_value();
        break;
      case HeadRule::kLevel:
        heads[i] = starts_with_level(lines[i]);
        break;
      case HeadRule::kPairs:
        heads[i] = is_pairs_line(lines[i]);
        break;
      case HeadRule::kGrammar:
        break;
    }
    if (!plan_.leader.empty() && heads[i] && i > 0 && lines[i - 1].starts_with(plan_.leader)) {
      heads[i - 1] = true;
      heads[i] = false;
    }
  }
  return heads;
}

LineFacts TextReader::read(Lines raw_lines) const {
  std::vector<std::string> storage;
  const auto lines = without_escapes(raw_lines, storage);
  std::vector<std::optional<FoundTimestamp>> stamps(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) stamps[i] = own_timestamp(lines[i]);
  LineFacts facts = empty_facts(lines.size());
  const bool by_grammar = plan_.head_rule == HeadRule::kGrammar;
  facts.record_start = by_grammar ? split_by_grammar(lines) : split_at_heads(lines, find_heads(lines, stamps));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!facts.record_start[i]) continue;
    const std::size_t next = i + 1;
    const bool led = !plan_.leader.empty() && !stamps[i] && next < lines.size() && stamps[next];
    const auto& stamp = led ? stamps[next] : stamps[i];
    if (stamp) facts.time[i] = plan_.stamp_place->resolved(*stamp);
    const bool second = plan_.severity_place == SeverityPlace::kSecondLine;
    if (second && (next == lines.size() || facts.record_start[next])) continue;
    facts.severity[i] = severity_at(plan_.severity_place, lines[second ? next : i], span_of(stamps[i]));
  }
  return facts;
}

std::optional<formats::TimeParts> TextReader::time_of(std::string_view line) const {
  const std::string plain =
      line.find('\x1b') == std::string_view::npos ? std::string() : formats::without_ansi_sequences(line);
  const auto stamp = own_timestamp(plain.empty() ? line : plain);
  if (!stamp) return std::nullopt;
  return plan_.stamp_place->resolved(*stamp);
}

}  // namespace oc::agent
