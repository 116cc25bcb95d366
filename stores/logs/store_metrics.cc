#include "stores/logs/store_metrics.h"

#include "base/log.h"

namespace oc::stores {

StoreMetrics::StoreMetrics(MetricRegistry& registry) {
  const auto counter = [&](const char* name, const char* help) { return registry.counter(name, help); };
  const auto gauge = [&](const char* name, const char* help) { return registry.gauge(name, help); };
  rows = counter("onecollector_store_rows_total", "Rows made durable.");
  line_bytes = counter("onecollector_store_line_bytes_total", "Bytes of the lines made durable.");
  requests = counter("onecollector_store_appends_total", "Requests made durable.");
  duplicates = counter("onecollector_store_duplicate_records_dropped_total",
                       "Records dropped because the store held their bytes of the file already.");
  failed_appends = counter("onecollector_store_failed_appends_total", "Requests that could not be made durable.");
  seals = counter("onecollector_store_seals_total", "Heads written as a part.");
  failed_seals = counter("onecollector_store_failed_seals_total", "Attempts to write a head as a part that failed.");
  merges = counter("onecollector_store_merges_total", "Merges of parts.");
  damaged_frames = counter("onecollector_store_damaged_wal_frames_total", "WAL frames skipped because of damage.");
  damaged_blocks = counter("onecollector_store_damaged_blocks_total",
                           "Times a block of a part was left out because of damage, or a whole part at the start.");
  expired_parts = counter("onecollector_store_expired_parts_total", "Parts deleted by retention.");
  refused_disk_full =
      counter("onecollector_store_refused_disk_full_total", "Requests refused because the disk is nearly full.");
  streams = gauge("onecollector_store_streams", "Label sets held.");
  parts = gauge("onecollector_store_parts", "Parts held.");
  part_bytes = gauge("onecollector_store_part_bytes", "Bytes of the parts on disk.");
  head_bytes = gauge("onecollector_store_head_bytes", "Memory of the rows that are in no part yet.");
  remembered_files = gauge("onecollector_store_remembered_files", "Files whose delivered ranges are remembered.");
}

void DamageReport::block(const Error& why) {
  counter_->add();
  constexpr Nanos kLogEvery = 10'000'000'000;
  const Nanos now = system_clock().steady().time_since_epoch().count();
  Nanos due = next_log_ns_.load();
  if (now < due || !next_log_ns_.compare_exchange_strong(due, now + kLogEvery)) return;
  log::error("damaged data left out, the rest is served: {}", why.text());
}

}  // namespace oc::stores
