// Reading the Prometheus text format, as written by programs we do not control: a line that makes no sense is skipped.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/metrics.h"

namespace oc {

namespace {

class LineParser {
 public:
  explicit LineParser(std::string_view line) : rest_(line) {}

  std::optional<MetricSample> parse() {
    MetricSample sample;
    skip_spaces();
    sample.name = take_name(":");
    skip_spaces();
    if (sample.name.empty()) return std::nullopt;
    if (take('{') && !parse_labels(sample.labels)) return std::nullopt;
    skip_spaces();
    // What follows the value, a timestamp or an OpenMetrics exemplar, is of no use to a reader of current values.
    const auto value = parse_value(rest_.substr(0, rest_.find_first_of(" \t\r")));
    if (!value) return std::nullopt;
    sample.value = *value;
    return sample;
  }

 private:
  bool parse_labels(std::map<std::string, std::string>& labels) {
    while (true) {
      skip_spaces();
      if (take('}')) return true;
      std::string name = take_name({});
      skip_spaces();
      if (name.empty() || !take('=')) return false;
      skip_spaces();
      auto value = take_quoted();
      if (!value) return false;
      labels.insert_or_assign(std::move(name), std::move(*value));
      skip_spaces();
      if (!take(',') && !rest_.starts_with('}')) return false;
    }
  }

  std::optional<std::string> take_quoted() {
    if (!take('"')) return std::nullopt;
    std::string value;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return value;
      if (c == '\\' && !rest_.empty()) {
        c = rest_.front() == 'n' ? '\n' : rest_.front();
        rest_.remove_prefix(1);
      }
      value += c;
    }
    return std::nullopt;
  }

  // Letters, digits and underscores, not starting with a digit; metric names may have colons as well.
  std::string take_name(std::string_view extra) {
    std::size_t length = 0;
    while (length < rest_.size() && is_name_byte(rest_[length], length == 0, extra)) ++length;
    std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return name;
  }
  static bool is_name_byte(char c, bool first, std::string_view extra) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9') || extra.contains(c);
  }

  static std::optional<double> parse_value(std::string_view text) {
    if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
    if (text.starts_with('+')) text.remove_prefix(1);  // from_chars takes no plus
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  std::string_view rest_;
};

}  // namespace

std::vector<MetricSample> parse_prometheus_text(std::string_view text) {
  std::vector<MetricSample> samples;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto sample = LineParser(text.substr(0, end)).parse()) samples.push_back(std::move(*sample));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return samples;
}

}  // namespace oc
