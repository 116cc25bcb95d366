#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include <sys/types.h>
#include <unistd.h>

#include "agent/log_format/inference.h"
#include "agent/log_format/record_reader.h"

namespace oc::agent {
namespace {

constexpr std::size_t kWindowBytes = 64 << 10;
constexpr std::uint64_t kUnstampedBytes = 1 << 20;  // how far a probe goes on through lines without a time
constexpr std::uint64_t kSamples = 16;              // evenly spaced, so that an unsorted file shows itself
constexpr Nanos kNanosPerSecond = 1'000'000'000;

int host_zone_minutes(Nanos instant) {
  const std::time_t seconds = instant / kNanosPerSecond;
  std::tm local{};
  return ::localtime_r(&seconds, &local) == nullptr ? 0 : static_cast<int>(local.tm_gmtoff / 60);
}

std::optional<Nanos> as_instant(formats::TimeParts time) {
  const auto instant = formats::to_unix_nanos(time);
  if (!instant || time.zone_minutes) return instant;
  return formats::to_unix_nanos(time, host_zone_minutes(*instant));
}

// Without a year, the one that brings the time nearest to `reference`.
std::optional<Nanos> instant_near(const formats::TimeParts& time, Nanos reference) {
  if (time.year) return as_instant(time);
  if (!time.has_date()) return std::nullopt;
  const int year = *formats::from_unix_nanos(reference, 0).year;
  std::optional<Nanos> nearest;
  for (const int candidate : {year - 1, year, year + 1}) {
    formats::TimeParts dated = time;
    dated.year = candidate;
    const auto instant = formats::is_calendar_date(dated) ? as_instant(dated) : std::nullopt;
    if (instant && (!nearest || std::abs(*instant - reference) < std::abs(*nearest - reference))) nearest = instant;
  }
  return nearest;
}

struct TimedLine {
  std::uint64_t offset = 0;
  Nanos time = 0;
};

class TimedFile {
 public:
  TimedFile(int fd, std::uint64_t size, const RecordReader& reader, Nanos reference)
      : fd_(fd), size_(size), reader_(reader), reference_(reference) {}

  // The first line with a time that begins at or behind `from`, before `until`; `earliest` leaves out older ones.
  std::optional<TimedLine> next_line(std::uint64_t from, std::uint64_t until, std::optional<Nanos> earliest = {}) {
    bool inside_line = from > 0;  // the line that `from` lies in belongs to what is before
    if (inside_line) --from;      // unless it begins there: then the byte before is a line end
    for (std::uint64_t at = from; at < until;) {
      const std::string_view window = read_at(at);
      if (window.empty()) return std::nullopt;
      std::size_t begin = 0;
      for (std::size_t end = window.find('\n'); end != std::string_view::npos; end = window.find('\n', begin)) {
        const auto line = window.substr(begin, end - begin);
        const auto time = inside_line || at + begin >= until ? std::nullopt : time_of(line);
        if (time && (!earliest || *time >= *earliest)) return TimedLine{at + begin, *time};
        inside_line = false;
        begin = end + 1;
      }
      inside_line |= begin == 0;  // longer than the window: no line to judge
      at += begin == 0 ? window.size() : begin;
    }
    return std::nullopt;
  }

 private:
  std::string_view read_at(std::uint64_t offset) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kWindowBytes, size_ - std::min(size_, offset)));
    ssize_t count = 0;
    do {
      count = ::pread(fd_, buffer_.data(), wanted, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    return {buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

  std::optional<Nanos> time_of(std::string_view line) const {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto time = reader_.time_of(line);
    if (!time) return std::nullopt;
    return instant_near(*time, reference_);
  }

  int fd_;
  std::uint64_t size_;
  const RecordReader& reader_;
  Nanos reference_;
  std::array<char, kWindowBytes> buffer_;
};

// Bytes between which the first line that is new enough begins: none of the lines looked at before `low` is, and
// `high` is the beginning of one that is, or the file's end.
struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool any_time = false;
};

Range sample(TimedFile& file, std::uint64_t size, Nanos not_before) {
  Range range{0, size, false};
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    const std::uint64_t from = size / kSamples * i;
    const auto line = file.next_line(from, std::min(size, from + kUnstampedBytes));
    if (!line) continue;
    range.any_time = true;
    if (line->time >= not_before) {
      range.high = i == 0 ? 0 : line->offset;  // what stands before the first time (a banner) is as new
      return range;
    }
    range.low = line->offset;
  }
  return range;
}

void bisect(TimedFile& file, Range& range, Nanos not_before) {
  while (range.high - range.low > kWindowBytes) {
    const std::uint64_t middle = range.low + (range.high - range.low) / 2;
    const auto line = file.next_line(middle, std::min(range.high, middle + kUnstampedBytes));
    if (line && line->time < not_before) {
      range.low = line->offset;
    } else {
      range.high = line ? line->offset : middle;
    }
  }
}

}  // namespace

std::optional<std::uint64_t> offset_of_time(int fd, std::uint64_t size, const InferenceReport& report,
                                            Nanos not_before) {
  if (!report.reader || report.encoding.starts_with("utf-16")) return std::nullopt;
  TimedFile file(fd, size, *report.reader, not_before);
  Range range = sample(file, size, not_before);
  if (!range.any_time) return std::nullopt;
  if (range.high == 0) return 0;
  bisect(file, range, not_before);
  const auto first = file.next_line(range.low, size, not_before);
  return first ? first->offset : size;
}

}  // namespace oc::agent
