// Reads the lines of text files once it is known what makes a line the head of a record.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/log_format/record_reader.h"
#include "agent/log_format/severity_in_text.h"
#include "agent/log_format/stamp_place.h"

namespace oc::agent {

enum class HeadRule {
  kTimestamp,  // lines with the file's timestamp
  kLevel,      // lines that a level opens
  kPairs,      // logfmt and the like without timestamps
  kGrammar,    // every line that does not go on with the one before
};

struct TextPlan {
  HeadRule head_rule = HeadRule::kGrammar;
  std::optional<StampPlace> stamp_place;
  SeverityPlace severity_place = SeverityPlace::kNone;
  std::string leader;  // a word that opens the line above each timestamp ("commit"): the record starts there
};

class TextReader final : public RecordReader {
 public:
  explicit TextReader(TextPlan plan) : plan_(std::move(plan)) {}
  LineFacts read(Lines lines) const override;
  std::optional<formats::TimeParts> time_of(std::string_view line) const override;

 private:
  std::optional<formats::FoundTimestamp> own_timestamp(std::string_view line) const;
  std::vector<bool> find_heads(Lines lines, const std::vector<std::optional<formats::FoundTimestamp>>& stamps) const;

  TextPlan plan_;
};

// Escape sequences make no difference to what a line says; `storage` holds the lines that had some.
std::vector<std::string_view> without_escapes(Lines lines, std::vector<std::string>& storage);

bool is_pairs_line(std::string_view line);

}  // namespace oc::agent
