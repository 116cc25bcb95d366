#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agent/log_format/block_shape.h"
#include "agent/log_format/json_record.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

// An element's opening tag, with the depth it stands at.
struct Tag {
  std::size_t line = 0;
  int depth = 0;
  std::string name;
};

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Walks tags without building a tree; comments, processing instructions and CDATA are stepped over by their "<!" and
// "<?".
std::vector<Tag> opening_tags(Lines lines) {
  std::vector<Tag> tags;
  int depth = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    for (std::size_t at = line.find('<'); at != std::string_view::npos; at = line.find('<', at + 1)) {
      const std::string_view rest = line.substr(at + 1);
      if (rest.starts_with('/')) {
        depth = std::max(0, depth - 1);
        continue;
      }
      if (rest.empty() || !is_name_start(rest[0])) continue;
      tags.push_back({i, depth, std::string(rest.substr(0, rest.find_first_of(" \t/>")))});
      const std::size_t end = rest.find('>');
      const bool closed = end != std::string_view::npos && end > 0 && rest[end - 1] == '/';
      // A tag that goes on over the line's end closes on a line that ends with "/>".
      depth += closed ? 0 : 1;
    }
    const bool closes_open_tag = line.ends_with("/>") && line.rfind('<') == std::string_view::npos;
    if (closes_open_tag) depth = std::max(0, depth - 1);
  }
  return tags;
}

// The element that repeats: at the outermost level, or just inside one root.
std::string record_element(const std::vector<Tag>& tags) {
  for (const int depth : {0, 1}) {
    std::map<std::string, std::size_t> counts;
    for (const Tag& tag : tags) {
      if (tag.depth == depth) ++counts[tag.name];
    }
    if (counts.empty()) continue;
    const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    if (most->second >= 2) return most->first;
  }
  return tags.empty() ? std::string() : tags[0].name;
}

bool opens_element(std::string_view line, const std::string& name) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] != '<') return false;
  const auto rest = line.substr(first + 1);
  return rest.starts_with(name) &&
         (rest.size() == name.size() || std::string_view(" \t/>").find(rest[name.size()]) != std::string_view::npos);
}

std::optional<formats::Severity> severity_of_element(std::string_view line) {
  static const RE2 pattern(R"((?i)(?:<(?:level|severity)>\s*|\b(?:level|severity)=["'])(\w+))");
  std::string word;
  if (!RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern, &word)) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool windows = error == std::errc() && end == word.data() + word.size();
  return windows ? formats::severity_of_windows(number) : severity_of_member("level", word);
}

class XmlReader final : public RecordReader {
 public:
  explicit XmlReader(std::string element) : element_(std::move(element)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    std::optional<std::size_t> record;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (opens_element(lines[i], element_)) {
        record = i;
        facts.record_start[i] = true;
      }
      if (!record) continue;
      if (!facts.time[*record]) {
        if (const auto stamp = formats::find_timestamp(lines[i])) facts.time[*record] = stamp->time;
      }
      if (!facts.severity[*record]) facts.severity[*record] = severity_of_element(lines[i]);
    }
    return facts;
  }

  std::optional<formats::TimeParts> time_of(std::string_view line) const override {
    const auto stamp = opens_element(line, element_) ? formats::find_timestamp(line) : std::nullopt;
    if (!stamp) return std::nullopt;
    return stamp->time;
  }

 private:
  std::string element_;
};

}  // namespace

std::optional<InferenceReport> recognise_xml(Lines lines) {
  const auto first =
      std::ranges::find_if(lines, [](auto line) { return line.find_first_not_of(" \t") != std::string_view::npos; });
  if (first == lines.end() || first->size() < 3 || (*first)[0] != '<') return std::nullopt;
  if (!is_name_start((*first)[1]) && !first->starts_with("<?xml") && !first->starts_with("<!--")) return std::nullopt;
  const auto tagged = std::ranges::count_if(lines, [](auto line) {
    const auto at = line.find_first_not_of(" \t");
    return at == std::string_view::npos || line[at] == '<' || line.ends_with('>');
  });
  if (static_cast<std::size_t>(tagged) * 10 < lines.size() * 6) return std::nullopt;
  const std::string element = record_element(opening_tags(lines));
  if (element.empty()) return std::nullopt;
  InferenceReport report;
  report.shape = "xml";
  report.reader = std::make_shared<XmlReader>(element);
  const LineFacts facts = report.reader->read(lines);
  const auto records = static_cast<std::size_t>(std::ranges::count(facts.record_start, true));
  report.multiline = records < lines.size();
  report.record_start = R"(^\s*<)" + RE2::QuoteMeta(element) + R"([\s/>])";
  for (const auto line : lines) {
    if (const auto stamp = formats::find_timestamp(line)) {
      report.timestamp_layout = stamp->layout;
      break;
    }
  }
  report.timestamp_place = report.timestamp_layout.empty() ? "" : "inside <" + element + ">";
  report.severity_place =
      std::ranges::any_of(facts.severity, [](const auto& s) { return s.has_value(); }) ? "element or attribute" : "";
  report.fields = {};
  report.confidence = confidence_of(static_cast<std::size_t>(tagged), lines.size());
  report.reason = fmt::format("XML: {} elements <{}>", records, element);
  return report;
}

}  // namespace oc::agent
