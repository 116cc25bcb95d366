#include "collector/receivers/file_log/record_fields.h"

#include <algorithm>

#include "collector/record/batch_reader.h"

namespace oc::collector {

namespace {
constexpr std::string_view kNumberKey = "log.file.record_number";
}  // namespace

void add_record_fields(LogBatch& batch, const RecordFields& rules) {
  const auto arena = std::make_shared<Arena>();
  std::vector<contracts::otlp::LogRecordView> records;
  std::vector<contracts::otlp::LogFields> fields;
  {
    const BatchReader reader(batch, *arena);
    for (std::size_t i = 0; i < reader.size(); ++i) {
      const auto bytes = batch.records[i].body;
      if (bytes.empty()) continue;
      LogRecord record = reader.record(i);
      const auto number = rules.records_before + static_cast<std::int64_t>(i) + 1;
      if (rules.numbers) record.change(RecordRoot::kAttributes, *arena, 1).set(kNumberKey, Value::of(number), *arena);
      if (rules.bodies_are_bytes) record.replace(RecordRoot::kBody, Value::of_bytes(bytes));
      records.push_back(batch.records[i]);
      fields.push_back(record.fields());
    }
  }
  batch.records = std::move(records);
  batch.fields = std::move(fields);
  batch.added_bytes += arena->bytes();
  batch.memory =
      std::make_shared<std::pair<std::shared_ptr<const void>, std::shared_ptr<const Arena>>>(batch.memory, arena);
  batch.valid_utf8 = true;
}

void leave_out_header(LogBatch& batch, std::uint64_t end, const std::string& reason) {
  const auto first = std::ranges::lower_bound(batch.records, end, {}, &contracts::otlp::LogRecordView::offset);
  const auto count = first - batch.records.begin();
  if (batch.range.start >= end) return;
  batch.left_out.push_back(
      {reason, static_cast<std::uint64_t>(count), {{batch.range.start, std::min(end, batch.range.end)}}});
  if (!batch.fields.empty()) batch.fields.erase(batch.fields.begin(), batch.fields.begin() + count);
  batch.records.erase(batch.records.begin(), first);
}

}  // namespace oc::collector
