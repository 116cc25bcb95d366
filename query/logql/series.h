// Values of metric expressions: series over the steps of a query.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "query/logql/ast.h"
#include "query/logql/line.h"
#include "query/logql/log_reader.h"

namespace oc::query {

// The last multiple of a step that is not behind a time.
constexpr Nanos floor_to(Nanos time_ns, Nanos step_ns) {
  const auto rest = time_ns % step_ns;
  return time_ns - (rest < 0 ? rest + step_ns : rest);
}

// The times a metric expression is evaluated at; an instant query has one.
struct Steps {
  Nanos first_ns = 0;
  Nanos step_ns = 1;
  std::size_t count = 1;
  Nanos at(std::size_t i) const { return first_ns + static_cast<Nanos>(i) * step_ns; }
  Nanos last_ns() const { return at(count - 1); }
};

struct Series {
  Labels labels;
  std::vector<double> values;         // one a step
  std::vector<std::uint8_t> present;  // 0: no point at this step
  Series(Labels series_labels, std::size_t steps) : labels(std::move(series_labels)), values(steps), present(steps) {}
  void set(std::size_t step, double value) {
    values[step] = value;
    present[step] = 1;
  }
};
using SeriesSet = std::vector<Series>;                // label sets are unique
using MetricValue = std::variant<double, SeriesSet>;  // a scalar is the same at each step

// By these labels, sorted, each once.
Grouping sorted(Grouping grouping);
// Prometheus' rule where series meet: an empty label is none.
Labels without_empty(Labels labels);

// Keeps apart label sets, each known by its index; hands out what is new.
class LabelSetIndex {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  // The labels of a grouping are sorted; null: all labels count. `with_empty`: an empty label is one.
  std::size_t find_or_add(LineLabels& labels, const Grouping* grouping, bool with_empty);
  std::size_t find_or_add(const Labels& labels, const Grouping* grouping);
  std::size_t size() const { return sets_.size(); }
  std::size_t bytes() const { return bytes_; }  // of all sets' text
  const Labels& at(std::size_t index) const { return sets_[index]; }

 private:
  void append(std::string_view name, std::string_view value);
  std::size_t find_or_add_key();

  std::string key_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::vector<Labels> sets_;
  std::size_t bytes_ = 0;
};

}  // namespace oc::query
