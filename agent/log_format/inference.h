// What a file's own bytes say about its shape: which format, where records start, where time and severity stand.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "formats/severity.h"
#include "formats/time_parts.h"
#include "model/log_source.h"

namespace oc::agent {

class RecordReader;

struct InferenceReport {
  std::string path;      // as it was given
  bool refused = false;  // not a log: then only shape ("empty", "binary") and reason say something
  std::string shape;     // "ndjson", "syslog-rfc3164", "text", "mixed" …
  std::string dialect;   // "combined", "iis" …; may be empty
  double confidence = 0;
  std::string reason;  // for people; never text of the log
  std::string encoding = "utf-8";
  bool multiline = false;
  std::string record_start;      // RE2 that a record's first line matches; empty: every line is a record
  std::string timestamp_layout;  // formats/time_layout.h; empty: none
  std::string timestamp_place;   // "prefix", "bracket", "field:ts", "column:time"
  std::string severity_place;    // "word", "field:level", "priority"; empty: none
  std::vector<std::string> fields;
  std::shared_ptr<const RecordReader> reader;  // null where refused; reads the lines of this shape
};

// More than the first MiB says nothing new about a shape.
inline constexpr std::size_t kInferenceSampleBytes = 1 << 20;

// `bytes`: the beginning of a file; what lies behind kInferenceSampleBytes is not looked at. `path` is only put into
// the report: names say nothing about shapes. Thread-safe; any bytes are allowed.
InferenceReport infer(std::string_view bytes, const std::string& path);

model::LogShape to_log_shape(const InferenceReport& report);

// What each physical line of a text is. All vectors but `records` have one element a line.
struct LineFacts {
  std::vector<bool> record_start;
  std::vector<std::optional<formats::TimeParts>> time;     // on first lines of records only
  std::vector<std::optional<formats::Severity>> severity;  // likewise
  std::vector<std::vector<std::size_t>> records;  // lines from 0, only where records interleave (container logs)
};

// Reads all lines of a file whose shape `report` says. `bytes` is the whole file, as it lies on disk.
LineFacts read_lines(const InferenceReport& report, std::string_view bytes);

// The byte offset of the first line that is not older than `not_before`, for files whose lines are in the order of
// time: bisected, so that little of the file is read. Lines without a year take the year that brings them nearest to
// `not_before`; lines without a zone are of this host's. Stretches without a time are stepped over; a file that is not
// sorted gives an offset from which nothing newer in its sampled lines is lost. Nothing where lines carry no date, or
// cannot be read. `size`: bytes of the file that count. The descriptor is read with pread.
std::optional<std::uint64_t> offset_of_time(int fd, std::uint64_t size, const InferenceReport& report,
                                            Nanos not_before);

}  // namespace oc::agent
