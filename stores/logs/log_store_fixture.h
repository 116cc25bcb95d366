// What tests of the log store share: batches in one line, and all rows of a store as plain values.
#pragma once

#include <algorithm>
#include <compare>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stores/logs/log_store.h"

namespace oc::stores {

struct TestRow {
  query::Labels labels;
  Nanos time_ns = 0;
  std::string line;
  query::Labels metadata = {};
  std::uint64_t offset = 0;  // in the delivered file
  auto operator<=>(const TestRow&) const = default;
};

inline void PrintTo(const TestRow& row, std::ostream* out) {
  for (const auto& [name, value] : row.labels) *out << name << "=" << value << " ";
  *out << row.time_ns << " \"" << row.line.substr(0, 60) << "\"";
  for (const auto& [name, value] : row.metadata) *out << " " << name << "=" << value;
}

// Owns what the batch's views look at.
class TestBatch {
 public:
  explicit TestBatch(std::vector<TestRow> rows, std::vector<contracts::DeliveredFile> files = {})
      : rows_(std::move(rows)) {
    batch_.tenant = "default";
    batch_.shared_metadata.emplace_back();
    batch_.files = std::move(files);
    for (const TestRow& row : rows_) add(row);
  }
  const AppendBatch& batch() const { return batch_; }

 private:
  void add(const TestRow& from) {
    AppendBatch::Row row;
    row.stream = batch_.add_stream(from.labels);
    row.time_ns = from.time_ns;
    row.line = from.line;
    row.own_begin = static_cast<std::uint32_t>(batch_.own_metadata.size());
    for (const auto& [name, value] : from.metadata) batch_.own_metadata.emplace_back(name, value);
    row.own_end = static_cast<std::uint32_t>(batch_.own_metadata.size());
    row.file = batch_.files.empty() ? AppendBatch::kNoFile : 0;
    row.record_offset = from.offset;
    batch_.rows.push_back(row);
  }
  std::vector<TestRow> rows_;
  AppendBatch batch_;
};

class CollectingSink final : public query::RowSink {
 public:
  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    EXPECT_TRUE(std::ranges::is_sorted(rows, {}, &query::Row::time_ns) ||
                std::ranges::is_sorted(rows, std::greater(), &query::Row::time_ns));
    for (const query::Row& row : rows) {
      TestRow& kept = collected.emplace_back(TestRow{stream.labels, row.time_ns, std::string(row.line)});
      for (const auto& [name, value] : row.metadata) kept.metadata.emplace_back(name, value);
    }
    return collected.size() < enough;
  }
  bool wants(Nanos first_ns, Nanos last_ns) const override {
    ++asked;
    return first_ns <= last_ns && last_ns >= wanted_from_ns;
  }
  std::vector<TestRow> collected;
  std::size_t enough = std::numeric_limits<std::size_t>::max();
  Nanos wanted_from_ns = std::numeric_limits<Nanos>::min();
  mutable int asked = 0;
};

inline query::ScanRequest everything() {
  query::ScanRequest request;
  request.start_ns = std::numeric_limits<Nanos>::min();
  request.end_ns = std::numeric_limits<Nanos>::max();
  return request;
}

inline std::vector<TestRow> scan(const LogStore& store, const query::ScanRequest& request = everything()) {
  CollectingSink sink;
  const Status scanned = store.scan(request, sink);
  EXPECT_TRUE(scanned.has_value()) << (scanned ? "" : scanned.error().text());
  return sink.collected;
}

// In an order that does not depend on how rows lie in the store.
inline std::vector<TestRow> sorted_rows(const LogStore& store) {
  auto rows = scan(store);
  std::ranges::sort(rows);
  return rows;
}

inline std::vector<std::string> lines(const std::vector<TestRow>& rows) {
  std::vector<std::string> lines;
  for (const TestRow& row : rows) lines.push_back(row.line);
  return lines;
}

}  // namespace oc::stores
