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

enum class LabelCategory { kStream, kMetadata, kParsed };  // a later one hides an earlier one of the same name

struct LineLabel {
  std::string_view name;
  std::string_view value;
  LabelCategory category = LabelCategory::kStream;
};

// Reused from line to line, so that strings keep their memory. Views it gives out end at the next begin() or set().
class LineLabels {
 public:
  // Metadata whose name is a stream label's appears as NAME_extracted (Loki's rule).
  void begin(const Labels& stream, std::span<const LabelView> metadata);

  // "" for an absent label. `__error__` reads as the error, `__error_details__` as nothing (as in Loki).
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  bool has_parsed(std::string_view name) const;
  // The name under which a parser stores a field: with "_extracted" where the stream or the metadata has that name.
  std::string_view name_for_parsed(std::string_view field);
  void set_parsed(std::string_view name, std::string_view value);

  bool has_error() const { return !error_.empty(); }
  void set_error(std::string_view error, std::string_view details);
  // A filter asked for this error: a metric query then counts the line.
  void preserve_error() { preserve_error_ = true; }
  bool fails_metric_query() const { return has_error() && !preserve_error_; }
  std::string_view error() const { return error_; }

  // Stream labels alone, nothing parsed: lines of one stream then share their label set.
  bool only_stream_labels() const { return metadata_.empty() && parsed_count_ == 0 && error_.empty(); }
  // All labels, sorted by name, names unique, errors included.
  const std::vector<LineLabel>& sorted();

 private:
  struct Parsed {
    std::string name;
    std::string value;
  };
  std::span<const Parsed> parsed() const { return {parsed_.data(), parsed_count_}; }

  const Labels* stream_ = nullptr;
  std::vector<LabelView> metadata_;
  std::deque<std::string> renamed_;  // of metadata; a deque, as views point into it
  std::vector<Parsed> parsed_;
  std::size_t parsed_count_ = 0;
  std::string scratch_name_;
  std::string error_;
  std::string error_details_;
  bool preserve_error_ = false;
  std::vector<LineLabel> sorted_;
};

struct Line {
  Nanos time_ns = 0;
  std::string_view text;  // stages that change the line keep the memory
  LineLabels labels;
};

}  // namespace oc::query
