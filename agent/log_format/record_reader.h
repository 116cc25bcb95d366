// A shape that was recognised, able to read further lines of the same file.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "agent/log_format/inference.h"

namespace oc::agent {

using Lines = std::span<const std::string_view>;  // in UTF-8, without line ends

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  virtual LineFacts read(Lines lines) const = 0;
  // The time of a record that starts with this line; nothing on lines that start none. Cheaper than read, and
  // without knowledge of the lines before.
  virtual std::optional<formats::TimeParts> time_of(std::string_view line) const = 0;
};

// Facts of `count` lines with nothing known.
inline LineFacts empty_facts(std::size_t count) {
  LineFacts facts;
  facts.record_start.resize(count);
  facts.time.resize(count);
  facts.severity.resize(count);
  return facts;
}

// A shape's recogniser: a report without encoding, or nothing where the lines are of another shape.
using Recogniser = std::optional<InferenceReport> (*)(Lines lines);

// How sure `matching` of `total` lines make; few lines make less sure.
inline double confidence_of(std::size_t matching, std::size_t total) {
  if (total == 0) return 0;
  const double share = static_cast<double>(matching) / static_cast<double>(total);
  return share * static_cast<double>(total) / (static_cast<double>(total) + 1);
}

}  // namespace oc::agent
