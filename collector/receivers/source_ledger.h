// The collector's side of a source's ledger (DESIGN section 4): read → emitted → dropped (why) → acknowledged.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "collector/pipeline/batch.h"

namespace oc::collector {

// The metrics exist as long as this object. Used from one thread.
class SourceLedger {
 public:
  SourceLedger(MetricRegistry& metrics, std::string source_id, std::string receiver);
  ~SourceLedger();

  void read(std::uint64_t bytes, std::uint64_t records);
  void settled(std::uint64_t acknowledged, const std::vector<LeftOut>& left_out);
  // A file that is there could not be opened.
  void open_failed();
  // A file was there, and is not any more, before it could be opened.
  void gone_unread();
  void acknowledged_offset(std::uint64_t offset);
  // Empty: it works again.
  void last_error(std::string_view error);

 private:
  struct Dropped {
    std::shared_ptr<Counter> records, bytes;
  };
  Dropped& dropped_for(std::string_view reason);
  MetricLabels labels() const { return {{"source_id", source_id_}}; }

  MetricRegistry& metrics_;
  const std::string source_id_;
  std::shared_ptr<Counter> read_bytes_, emitted_, acknowledged_, accepted_, open_failures_, gone_unread_;
  std::shared_ptr<Gauge> offset_;
  std::map<std::string, Dropped, std::less<>> dropped_;  // by reason
  std::string last_error_;
};

}  // namespace oc::collector
