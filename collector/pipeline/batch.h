// What flows through a pipeline: a slice of one file's lines, shared and never changed, with the way back on which its
// fate is told to the receiver.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "collector/pipeline/block.h"
#include "contracts/delivery/ranges.h"
#include "contracts/otlp/log_writer.h"

namespace oc::collector {

class LogBatch;
using LogBatchPtr = std::shared_ptr<const LogBatch>;

// All batches of one generation of one file share this; the attributes are encoded once.
struct LogStream {
  std::string source_id;
  std::string file_id;              // empty for receivers that do not read files
  std::string resource_attributes;  // encoded by otlp::encode_attribute(Resource::attributes, …)
  std::string record_attributes;    // likewise for LogRecord::attributes; the same for each record
  // Of what came with a scope and a resource of its own: see contracts/otlp/log_writer.h, ResourceLogsView.
  std::string resource_rest, resource_schema_url, scope, scope_schema_url;
  bool encoded_records = false;                 // the records' bodies are encoded LogRecords
  bool pushed = false;                          // by a client that waits for an answer: nothing can be read again
  std::map<std::string, std::string> metadata;  // of the request it came with, by lower-case key
  bool with_record_offset = false;
  bool counts_bytes = true;  // offsets are bytes, which lie in memory while they are on their way
};

// What was left out of a batch on its way, by whom, and where in the file it stood.
struct LeftOut {
  std::string reason;  // "filter/noise", "file_log/ab12 filter operator" …: the component's id
  std::uint64_t records = 0;
  std::vector<contracts::ByteRange> ranges;  // ascending, whole records with their line ends
};

// How the reason ends where a processor failed, in place of having decided. Who pushed the data is told to come again.
inline constexpr std::string_view kOnError = " on error";

// Batches that go into one request, and no others with them: what the batch processor put together. Members have this
// same object, and follow each other within microseconds.
struct BatchGroup {
  std::atomic<bool> complete = false;  // all members are on their way
};

// Hears what became of a batch. Calls come from any thread and must be short.
class DeliveryListener {
 public:
  virtual ~DeliveryListener() = default;
  // The way ends here, once: everything is in every sink but the batch's left_out and lost(). Of the latter a sink did
  // not take `dropped` records; `reason` is what it said.
  virtual void on_settled(const LogBatch& batch, std::uint64_t dropped, std::string_view reason) = 0;
  // An exporter that is going away could not send it: it must go through the pipeline again.
  virtual void on_returned(LogBatchPtr batch) = 0;
  // A sink refuses or fails at the moment; the batch is kept and tried again. Empty: it works again.
  virtual void on_trouble(std::string_view reason) = 0;
};

// A processor that changes records passes on a batch derived from the one it got. One of which everything is left out
// goes on, too: a sink that remembers ranges is told.
class LogBatch {
 public:
  // The same slice of the file on its further way, to be changed before it is passed on. The batch it comes from is
  // settled when this one is, and learns what was left out.
  static std::shared_ptr<LogBatch> derive(std::shared_ptr<const LogBatch> from);

  std::shared_ptr<const LogStream> stream;
  std::shared_ptr<const void> memory;                   // keeps the bytes under `records` alive
  std::vector<contracts::otlp::LogRecordView> records;  // offsets rise
  std::vector<contracts::otlp::LogFields> fields;       // one a record, where operators or processors changed any
  contracts::ByteRange range;                           // of the file: the records and all that was left out between
  std::vector<LeftOut> left_out;                        // of the range; not in `records` any more
  Nanos observed_ns = 0;                                // of the first record, see LogSlice
  bool valid_utf8 = true;                               // of all bodies; false asks the writer to look at each
  std::size_t added_bytes = 0;                          // of `memory`, beyond the file's: what `fields` view
  std::shared_ptr<DeliveryListener> listener;
  bool stored = false;                      // in an exporter's queue on disk
  std::shared_ptr<const BatchGroup> group;  // nullptr: exporters put together what comes together

  // What it occupies until it is settled: what exporters count against their limit.
  std::size_t memory_bytes() const {
    const std::size_t bytes = stream->counts_bytes ? range.end - range.start : 0;
    return bytes + records.size() * sizeof(records[0]) + fields.size() * sizeof(fields[0]) + added_bytes;
  }

  // About what its records say: what a request of it takes on the wire.
  std::size_t text_bytes() const { return stream->counts_bytes ? range.end - range.start : added_bytes; }

  // Fan-out: it now takes `more` further settle() calls until it is settled.
  void expect(int more) const { pending_.fetch_add(more); }
  // One call from each branch.
  void settle(std::uint64_t dropped = 0, std::string_view reason = {}) const;
  // Likewise; the sink does not take these.
  void settle(std::vector<LeftOut> refused) const;
  // Of its records: what was left out by those it was passed on to. For the listener.
  std::vector<LeftOut> lost() const;
  // It cannot be sent: what was read goes through the pipeline again.
  static void give_back(const std::shared_ptr<const LogBatch>& batch);

 private:
  void end_branch(std::vector<LeftOut> lost, std::uint64_t dropped, std::string_view reason) const;

  std::shared_ptr<const LogBatch> from_;  // see derive()
  std::size_t left_out_before_ = 0;       // entries of left_out that from_ has, too
  mutable std::mutex mutex_;              // guards the next two
  mutable std::vector<LeftOut> lost_;
  mutable std::string reason_;
  mutable std::atomic<int> pending_{1};
  mutable std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace oc::collector
