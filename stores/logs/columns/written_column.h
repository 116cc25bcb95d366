// What tests of columns share: values written as a column and opened again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

using Strings = std::vector<std::string>;

inline constexpr std::uint64_t kBudget = 256 << 20;

inline ValueTimes value_times(std::vector<Nanos> all) {
  return ValueTimes([all = std::move(all)](const RowSet* values) -> Result<std::vector<Nanos>> {
    std::vector<Nanos> times;
    for_each_row(values, all.size(), [&](std::size_t i) { times.push_back(all[i]); });
    return times;
  });
}

inline std::vector<Nanos> as_many(std::vector<Nanos> times, std::size_t size) {
  times.resize(size);
  return times;
}

// A column written and opened again.
class Written {
 public:
  explicit Written(const Strings& values, const std::vector<Nanos>& given_times = {}, unsigned depth = 0)
      : times_(value_times(as_many(given_times, values.size()))) {
    const std::vector<Nanos> times = as_many(given_times, values.size());
    const std::vector<std::string_view> texts(values.begin(), values.end());
    StretchWriter writer;
    put_column({texts, times}, depth, writer);
    kind_ = static_cast<Kind>(writer.directory()[0]);
    finished_ = writer.finish();
    reader_.emplace(
        *decompress(std::string_view(finished_.bytes).substr(0, finished_.directory_bytes),
                    finished_.raw_directory_bytes),
        [this](std::uint64_t offset, std::uint64_t size) -> Result<std::string> {
          return finished_.bytes.substr(finished_.directory_bytes + offset, size);
        },
        kBudget);
    column_ = read_column(*reader_, values.size(), times_);
  }
  Kind kind() const { return kind_; }
  std::size_t bytes() const { return finished_.bytes.size(); }
  Column& column() { return *column_; }
  Strings values() {
    Strings values;
    const auto text = column_->text();
    if (!text) return {text.error().message};
    for (std::size_t i = 0; i < (*text)->size(); ++i) values.emplace_back((**text)[i]);
    return values;
  }

 private:
  Kind kind_{};
  StretchWriter::Finished finished_;
  ValueTimes times_;
  std::optional<StretchReader> reader_;
  ColumnPtr column_;
};

// Of a few of the values, and of all.
inline void expect_sizes(const Strings& values, Written& written) {
  for (const std::size_t step : {97, 1}) {
    RowSet rows(values.size());
    std::vector<std::uint32_t> expected;
    for (std::size_t i = 0; i < values.size(); i += step) {
      rows.add(i);
      expected.push_back(static_cast<std::uint32_t>(values[i].size()) + 7);
    }
    std::vector<std::uint32_t> sizes(expected.size(), 7);
    ASSERT_TRUE(written.column().add_sizes(rows, sizes));
    EXPECT_EQ(sizes, expected);
  }
}

}  // namespace oc::stores::columns
