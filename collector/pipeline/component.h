// What a component is. The service builds components from a validated config and calls, in this order and from one
// thread: constructor, start(), then (hot swaps and) stop(), then the destructor. stop() is only called after a start()
// that succeeded. A constructor does nothing that can fail or be seen from outside; start() may fail; after it nothing
// that comes from outside may crash the process.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "collector/pipeline/batch.h"
#include "collector/pipeline/component_id.h"
#include "collector/pipeline/shared_services.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

// Takes batches. Implemented by exporters, and by the pipelines in front of them.
class LogConsumer {
 public:
  virtual ~LogConsumer() = default;
  // Whether more may come now. Thread-safe, cheap. False is back-pressure: the receiver keeps its data where it is and
  // asks again after the next settled batch, at the latest after 20 ms.
  virtual bool ready() = 0;
  // Takes over the batch; never blocks, never refuses (receivers overshoot a limit by one batch at most). Thread-safe.
  // Sooner or later the batch is settled or returned, or dropped unsettled when the process stops.
  virtual void consume(LogBatchPtr batch) = 0;
  // Whether pushed data is only safe once its batch is settled: a queue on disk, or a sink whose answer is asked for.
  // Else whoever pushed is answered when the batch is taken.
  virtual bool settles_pushed_data() const { return false; }
};

class Component {
 public:
  virtual ~Component() = default;
};

class Extension : public Component {
 public:
  // May be called again after stop(): a reload that fails puts the old one back.
  virtual Status start() = 0;
  virtual void stop() = 0;
};

// A durable map of small values. Reading is served from memory. Thread-safe.
class Storage : public Extension {
 public:
  struct Write {
    std::string key;
    std::optional<std::string> value;  // nullopt erases
  };
  virtual std::vector<std::pair<std::string, std::string>> read(std::string_view key_prefix) const = 0;
  // Returns at once. The writes of one call are durable together, in order of the calls; `durable` is called from the
  // storage's thread once they are. A full disk delays it: the write is tried again until it succeeds or stop().
  virtual void write(std::vector<Write> writes, std::function<void()> durable) = 0;
  // Waits until everything written so far is durable; false after the timeout.
  virtual bool flush(std::chrono::milliseconds timeout) = 0;
  // False: the last write failed, and what comes now waits in memory.
  virtual bool takes_writes() const { return true; }
  // Whether values may be missing that were written once: who finds none of his own cannot tell that he is new. Only
  // while components take up what is theirs.
  virtual bool lost_values() const { return false; }
  // Where components may keep files of their own.
  virtual std::string directory() const = 0;
};

class Processor : public Component {
 public:
  virtual Status start() = 0;
  virtual void stop() = 0;
  virtual bool ready() { return true; }
  // Called by several receivers' threads. nullptr: it settled the batch itself, or keeps it.
  virtual LogBatchPtr process(LogBatchPtr batch) = 0;
  // For those that pass on at a time of their own: what they keep goes to `rest`, the way behind them.
  virtual LogBatchPtr process(LogBatchPtr batch, const std::shared_ptr<LogConsumer>& rest) {
    (void)rest;
    return process(std::move(batch));
  }
  // Passes on what it keeps; the ways it knows are gone afterwards. Called when they change, and before the end.
  virtual void flush() {}
};

class Exporter : public Component, public LogConsumer {
 public:
  virtual Status start() = 0;
  // What the sink already holds of these sources, from sinks that remember ranges. Short time limit; an error means "go
  // on from the checkpoint".
  virtual Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids) = 0;
  // Waits until everything taken is settled, at most `timeout`.
  virtual bool drain(std::chrono::milliseconds timeout) = 0;
  // Ends requests under way and hands back, in order, what is not settled. consume() is not called any more.
  virtual std::vector<LogBatchPtr> stop() = 0;
};

// The config that runs, as far as those must know it whose work outlives a reload.
struct RunningConfig {
  std::string hash;
  // service.reread: the hashes of configs that were taken back. What was read under them is read again, once.
  std::vector<std::string> reread;
};

struct ReceiverStart {
  std::shared_ptr<LogConsumer> consumer;
  std::shared_ptr<Storage> storage;  // nullptr: the receiver names none
  // What the sink holds of this source already; empty where it cannot say. Waits for the network, briefly.
  std::function<std::vector<contracts::Watermark>(const std::string& source_id)> watermarks;
  std::shared_ptr<const RunningConfig> config = std::make_shared<RunningConfig>();
};

class Receiver : public Component {
 public:
  // Work may go on in the background; what can be checked at once is.
  virtual Status start(ReceiverStart start) = 0;
  // From now on batches go to this consumer. Reading does not pause.
  virtual void set_consumer(std::shared_ptr<LogConsumer> consumer) = 0;
  // A reload left the receiver as it is; this config runs now. Comes before its set_consumer(), so that nothing is read
  // under a config that is not known yet.
  virtual void run_under(std::shared_ptr<const RunningConfig>) {}
  // Reads again what its config takes back. Comes after set_consumer(): not through the pipelines that are to go.
  virtual void read_again() {}
  // After it returns no new batch is made. Batches under way still settle and are still checkpointed. If another
  // receiver with the same source_id was started before, its reading goes on where this one's was.
  virtual void stop() = 0;
};

// What all components may use; outlives them.
struct Host {
  MetricRegistry& metrics;
  const Clock& clock;
  SharedServices& shared;
};

}  // namespace oc::collector
