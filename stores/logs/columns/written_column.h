// What tests of columns share: values written as a column and opened again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

using Strings = std::vector<std::string>;

inline constexpr std::uint64_t kBudget = 256 << 20;

// A column written and opened again.
class Written {
 public:
  explicit Written(const Strings& values, std::vector<Nanos> times = {}, unsigned depth = 0)
      : times_([times, size = values.size()]() mutable -> Result<std::vector<Nanos>> {
          times.resize(size);
          return times;
        }) {
    times.resize(values.size());
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

}  // namespace oc::stores::columns
