// From OTLP to streams, rows and structured metadata, as Loki's OTLP endpoint maps them (docs/labels.md): default
// resource attributes become stream labels, everything else structured metadata with sanitised names; maps are
// flattened with "_", arrays become JSON. Where one name comes twice the last one counts, of the record's attributes,
// its fields, the resource's attributes, the scope's, in this order. Each record gets a detected_level, as Loki adds
// one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "contracts/otlp/log_reader.h"
#include "stores/ingest/detected_level.h"
#include "stores/logs/append_batch.h"

namespace oc::stores {

// Fills `batch`, whose rows are views into the request and the batch itself. With `batch.files` set (the delivery
// header), entry i describes ResourceLogs i.
class OtlpMapping final : public contracts::otlp::LogVisitor {
 public:
  // `now_ns` is the time of records that carry none.
  OtlpMapping(AppendBatch& batch, Nanos now_ns) : batch_(batch), now_ns_(now_ns) {}

  Status resource(std::size_t index, std::span<const contracts::otlp::AttributeView> attributes) override;
  Status scope(const contracts::otlp::DecodedScope& scope) override;
  Status record(const contracts::otlp::DecodedLogRecord& record) override;
  // After the walk: the delivery header must describe each ResourceLogs.
  Status finish() const;

 private:
  struct Metadata {
    std::vector<query::LabelView> pairs = {};  // sorted by name
    std::uint64_t name_bits = 0;               // a bit for each name; others may have the same
    LevelHints level = {};
    const Metadata* stronger = nullptr;  // its pairs count before these
    bool has(std::string_view name) const;
    // The later of two equal names counts. Empty values are absent ones (Prometheus' rule for labels).
    void put(std::string_view name, std::string_view value);
    void clear();
  };
  void put_attribute(Metadata& into, std::string_view name, const contracts::otlp::ValueView& value);
  std::string_view value_text(const contracts::otlp::ValueView& value);
  std::string_view label_name(std::string_view attribute);
  struct NamedAttribute {
    std::string_view attribute, name;
    bool is_stream_label = false;  // of a resource's attribute
  };
  const NamedAttribute& name_at(std::size_t place, std::string_view attribute, std::vector<NamedAttribute>& names);
  std::string_view number_text(std::int64_t number);
  Status set_time(const contracts::otlp::DecodedLogRecord& record, AppendBatch::Row& row) const;
  Status set_place(const contracts::otlp::DecodedLogRecord& record, AppendBatch::Row& row) const;
  void put_fields(const contracts::otlp::DecodedLogRecord& record);
  void put_level(std::string_view line);

  AppendBatch& batch_;
  const Nanos now_ns_;
  std::size_t resources_ = 0;
  std::uint32_t stream_ = 0;
  Metadata labels_, resource_metadata_;                                 // of the resource
  Metadata shared_;                                                     // of the resource and the scope
  Metadata own_ = {.stronger = &shared_};                               // of the record
  std::unordered_map<std::string_view, std::string_view> label_names_;  // by attribute
  std::vector<NamedAttribute> record_names_, resource_names_;           // of the last record, of the last resource
};

}  // namespace oc::stores
