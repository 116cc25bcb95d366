#include "agent/log_format/json_shape.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "agent/log_format/json_record.h"
#include "agent/log_format/record_splitter.h"
#include "formats/json_fields.h"

namespace oc::agent {
namespace {

constexpr double kJsonShare = 0.9;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

bool is_object(std::string_view line) {
  return line.starts_with('{') &&
         formats::for_each_json_member(line, [](std::string_view, std::string_view) {}).has_value();
}

class NdjsonReader final : public RecordReader {
 public:
  explicit NdjsonReader(JsonKeys keys) : keys_(std::move(keys)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    std::vector<bool> heads(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].starts_with('{')) continue;
      const JsonMembers members = read_json_members(lines[i], keys_);
      heads[i] = members.valid;
      if (members.time) facts.time[i] = members.time->time;
      facts.severity[i] = members.severity;
    }
    facts.record_start = split_at_heads(lines, heads);
    return facts;
  }

  std::optional<formats::TimeParts> time_of(std::string_view line) const override {
    if (!line.starts_with('{')) return std::nullopt;
    const JsonMembers members = read_json_members(line, keys_);
    if (!members.valid || !members.time) return std::nullopt;
    return members.time->time;
  }

 private:
  JsonKeys keys_;
};

// An object that begins at the margin and ends on a later line.
struct Block {
  std::size_t first = 0;
  std::size_t end = 0;
  std::string text;
};

// Depth of brackets, with strings taken into account; a string does not go on over a line's end.
class DepthCounter {
 public:
  void add(std::string_view line) {
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (in_string) {
        if (c == '\\') ++i;
        in_string = c != '"' || i >= line.size();
        continue;
      }
      in_string = c == '"';
      depth_ += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    }
  }
  int depth() const { return depth_; }

 private:
  int depth_ = 0;
};

bool opens_block(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] == '{';
}

// Objects at the margin, or one level deep inside an array that the whole file is.
std::vector<Block> find_blocks(Lines lines) {
  constexpr std::size_t kLongestBlockLines = 5000;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!opens_block(lines[i])) continue;
    DepthCounter depth;
    Block block{i, i, {}};
    while (block.end < std::min(lines.size(), i + kLongestBlockLines)) {
      depth.add(lines[block.end]);
      block.text += lines[block.end++];
      block.text += '\n';
      if (depth.depth() <= 0) break;
    }
    if (depth.depth() > 0) break;  // cut off
    if (block.text.ends_with(",\n")) block.text.resize(block.text.size() - 2);
    block.text.erase(0, block.text.find('{'));
    i = block.end - 1;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

class JsonBlockReader final : public RecordReader {
 public:
  explicit JsonBlockReader(JsonKeys keys) : keys_(std::move(keys)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    for (const Block& block : find_blocks(lines)) {
      const JsonMembers members = read_json_members(block.text, keys_);
      facts.record_start[block.first] = true;
      if (members.time) facts.time[block.first] = members.time->time;
      facts.severity[block.first] = members.severity;
    }
    return facts;
  }

  // A record's first line is a bracket: its time stands further down.
  std::optional<formats::TimeParts> time_of(std::string_view) const override { return std::nullopt; }

 private:
  JsonKeys keys_;
};

void describe_keys(InferenceReport& report, const JsonKeys& keys, const std::vector<std::string_view>& objects) {
  report.fields = member_names(objects);
  report.dialect = json_dialect(report.fields);
  if (!keys.severity.empty()) report.severity_place = "field:" + keys.severity;
  if (keys.time.empty()) return;
  report.timestamp_place = "field:" + keys.time;
  for (const auto object : objects) {
    if (const auto members = read_json_members(object, keys); members.time) {
      report.timestamp_layout = members.time->layout;
      return;
    }
  }
}

}  // namespace

std::optional<InferenceReport> recognise_ndjson(Lines lines) {
  std::vector<std::string_view> objects;
  std::vector<bool> heads(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    heads[i] = is_object(lines[i]);
    if (heads[i]) objects.push_back(lines[i]);
  }
  const auto records = static_cast<std::size_t>(std::ranges::count(split_at_heads(lines, heads), true));
  // Text that could be a log of its own makes the file mixed; traces and banners go with the objects.
  const auto grammar = split_by_grammar(lines);
  std::size_t others = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) others += grammar[i] && !heads[i];
  const auto texts = static_cast<std::size_t>(std::ranges::count_if(lines, [](auto line) { return !is_blank(line); }));
  if (objects.empty() ||
      static_cast<double>(objects.size()) < kJsonShare * static_cast<double>(objects.size() + others))
    return std::nullopt;
  InferenceReport report;
  report.shape = "ndjson";
  const JsonKeys keys = find_json_keys(objects);
  describe_keys(report, keys, objects);
  report.multiline = records < texts;
  report.record_start = report.multiline ? R"(^\{)" : "";
  report.confidence = confidence_of(objects.size(), objects.size() + others);
  report.reason = fmt::format("{} of {} lines are JSON objects{}{}", objects.size(), texts,
                              keys.time.empty() ? ", none with a time" : ", time in " + keys.time,
                              keys.severity.empty() ? "" : ", level in " + keys.severity);
  report.reader = std::make_shared<NdjsonReader>(keys);
  return report;
}

std::optional<InferenceReport> recognise_json_multiline(Lines lines) {
  const auto first = std::ranges::find_if(lines, [](auto line) { return !is_blank(line); });
  if (first == lines.end() || (!first->starts_with('{') && !first->starts_with('['))) return std::nullopt;
  const auto blocks = find_blocks(lines);
  std::vector<std::string_view> objects;
  std::size_t covered = 0;
  for (const Block& block : blocks) {
    if (!is_object(block.text)) continue;
    objects.push_back(block.text);
    covered += block.end - block.first;
  }
  const auto rest =
      std::ranges::count_if(lines, [](auto line) { return is_blank(line) || line == "[" || line == "]"; });
  // What may remain: an object that the sample cuts off.
  if (objects.empty() || covered * 10 < (lines.size() - static_cast<std::size_t>(rest)) * 8) return std::nullopt;
  InferenceReport report;
  report.shape = "json-multiline";
  const JsonKeys keys = find_json_keys(objects);
  describe_keys(report, keys, objects);
  report.multiline = true;
  report.record_start = first->starts_with('[') ? R"(^\s*\{)" : R"(^\{)";
  report.confidence = confidence_of(covered, lines.size());
  report.reason = fmt::format("{} JSON objects over {} lines", objects.size(), covered);
  report.reader = std::make_shared<JsonBlockReader>(keys);
  return report;
}

}  // namespace oc::agent
