// One log line on its way through a pipeline, with the labels it has so far.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "query/logql/log_reader.h"

namespace oc::query {

inline constexpr std::string_view kErrorLabel = "__error__";
inline constexpr std::string_view kErrorDetailsLabel = "__error_details__";
inline constexpr std::string_view kExtractedSuffix = "_extracted";  // of a field whose name the stream has

enum class LabelCategory { kStream, kMetadata, kParsed };  // a later one hides an earlier one of the same name

// Names differ in their length or their first byte more often than not; asked several times a field.
inline bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

// Values of a line that are read when somebody looks at them.
class LateValues {
 public:
  virtual ~LateValues() = default;
  // Lives until the next line.
  virtual std::string_view value(std::size_t index) = 0;
  // What becomes of the line depends on more than these values: what was found out so far does not count.
  virtual void give_up() = 0;
};

// What a parser found: a text, or one of the line's late values.
struct FieldValue {
  FieldValue() = default;
  explicit FieldValue(std::string_view of_text) : text(of_text) {}
  FieldValue(LateValues& of_line, std::size_t index_of_value) : late(&of_line), index(index_of_value) {}

  std::string_view text;
  LateValues* late = nullptr;
  std::size_t index = 0;
};

struct LineLabel {
  std::string_view name;
  std::string_view value;
  LabelCategory category = LabelCategory::kStream;
};

// Reused from line to line, so that strings keep their memory. Views it gives out end at the next begin(), set_parsed()
// or remove(). Values may be empty.
class LineLabels {
 public:
  // Metadata whose name is a stream label's appears as NAME_extracted (Loki's rule).
  void begin(const Labels& stream, std::span<const LabelView> metadata);

  // "" for an absent label, and for the error's: see error().
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // A parser or label_format gave it, even if it was removed since: it is not given again by a parser.
  bool was_parsed(std::string_view name) const;
  // The name under which a parser stores a field: with "_extracted" where the stream or the metadata has that name.
  std::string_view name_for_parsed(std::string_view field);
  void set_parsed(std::string_view name, const FieldValue& value);
  void set_parsed(std::string_view name, std::string_view text) { set_parsed(name, FieldValue(text)); }
  void remove(std::string_view name);

  bool has_error() const { return !error_.empty(); }
  void set_error(std::string_view error, std::string_view details);
  // Likewise; `counts`: a metric query asked for lines with this error and does not fail because of them.
  void set_parser_error(std::string_view error, std::string_view details, bool counts);
  void clear_error() { error_.clear(); }
  void clear_error_details() { error_details_.clear(); }
  bool fails_metric_query() const { return has_error() && !error_counts_; }
  std::string_view error() const { return error_; }
  std::string_view error_details() const { return error_details_; }

  // Stream labels alone, nothing parsed or removed: lines of one stream then share their label set.
  bool only_stream_labels() const {
    return metadata_.empty() && parsed_count_ == 0 && removed_.empty() && error_.empty() && error_details_.empty();
  }
  // All labels, sorted by name, names unique, errors included.
  const std::vector<LineLabel>& sorted();

 private:
  struct Parsed {
    std::string name;
    std::string text;
    LateValues* late = nullptr;  // has the value in place of `text`
    std::size_t index = 0;
    bool removed = false;
    std::string_view value() const { return late != nullptr ? late->value(index) : text; }
    void set(const FieldValue& value);
  };
  std::span<const Parsed> parsed() const { return {parsed_.data(), parsed_count_}; }
  const Parsed* find_parsed(std::string_view name) const;
  bool is_removed(std::string_view name) const;

  const Labels* stream_ = nullptr;
  std::vector<LabelView> metadata_;
  std::deque<std::string> renamed_;  // of metadata; a deque, as views point into it
  std::vector<Parsed> parsed_;
  std::size_t parsed_count_ = 0;
  std::vector<std::string_view> removed_;  // names of stream labels
  std::string scratch_name_;
  std::string error_;
  std::string error_details_;
  bool error_counts_ = false;
  std::vector<LineLabel> sorted_;
};

struct Line {
  Nanos time_ns = 0;
  std::string_view text;  // stages that change the line keep the memory
  LineLabels labels;
  LateValues* late = nullptr;  // set where stages follow a template; `text` is empty then
};

}  // namespace oc::query
