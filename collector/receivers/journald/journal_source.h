// The entries of one source, read from a journal into batches. Used from the journal loop's thread only.
//
// Records carry the entry's sequence number as their offset, the sequence is their file, and a record's range begins
// behind the source's entry before it: the ranges of a source that was read in order join up without holes, and a sink
// that remembers them takes no entry twice (docs/delivery.md).
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/journal/journal.h"
#include "collector/pipeline/component.h"
#include "collector/receivers/journald/config.h"
#include "collector/receivers/journald/journal_checkpoint.h"
#include "collector/receivers/source_ledger.h"
#include "collector/receivers/task_inbox.h"

namespace oc::collector {

class JournalSource : public std::enable_shared_from_this<JournalSource> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  JournalSource(const Host& host, std::string source_id, std::shared_ptr<TaskInbox> inbox);

  struct Setup {
    const void* owner = nullptr;  // who may take it away again
    std::string receiver;         // its component id
    std::shared_ptr<const JournaldConfig> config;
    std::shared_ptr<LogConsumer> consumer;
    std::shared_ptr<Storage> storage;  // nullptr: nothing is kept
    std::shared_ptr<const RunningConfig> running;
  };
  // The first time: takes up the checkpoint. Again: goes on where it is, by the new setup.
  void set_up(Setup setup);
  void set_consumer(std::shared_ptr<LogConsumer> consumer) { consumer_ = std::move(consumer); }
  void run_under(std::shared_ptr<const RunningConfig> running);
  // What was read under a config that the running one takes back is read again.
  void read_again();
  const void* owner() const { return owner_; }

  // A batch a turn. When the next one is due: at once, or at a time; nullopt: when there is a new entry.
  std::optional<Time> take_turn(Time now);
  // Whether the present entry of a journal without matches may be one of its own.
  bool may_want(const Journal& journal) const;
  // Its journal, for those who read the same one.
  const JournaldConfig& config() const { return *config_; }
  // An open journal holds a descriptor for each of its files; it is opened again when there is something to read.
  bool is_open() const { return journal_.has_value(); }
  Time last_turn() const { return last_turn_; }
  void close();

  void stop_reading();
  bool stopped() const { return stopped_; }
  bool finished() const { return stopped_ && pending_.empty(); }
  // Hands the checkpoint to the storage, if it changed.
  void save();

  struct Settled {
    int epoch = 0;
    std::string sequence;
    contracts::ByteRange range;
    std::uint64_t acknowledged = 0;
    std::vector<LeftOut> left_out;
    std::string error;  // the sink's; empty: none
  };
  void on_settled(const Settled& settled);
  void on_returned(int epoch, LogBatchPtr batch);
  void on_trouble(const std::string& reason) { ledger_->last_error(reason); }

 private:
  struct Pending {
    std::string sequence;
    contracts::ByteRange range;
    std::string cursor;  // of its last entry
  };
  void take_up_checkpoint();
  void begin_config();
  Status open();
  Status go_to_position();
  Status go_to_start();
  Result<bool> move_on();
  Result<std::shared_ptr<LogBatch>> read_batch();
  void pass_over();
  void connect(const std::string& sequence);
  void hand_on(std::shared_ptr<LogBatch> batch);
  bool send_returned();
  void fail(const Error& error);

  const Host host_;
  const std::string source_id_;
  const std::shared_ptr<TaskInbox> inbox_;
  const void* owner_ = nullptr;
  std::shared_ptr<const JournaldConfig> config_;
  std::shared_ptr<LogConsumer> consumer_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<const RunningConfig> running_;
  std::unique_ptr<SourceLedger> ledger_;

  std::optional<Journal> journal_;  // none: it could not be opened, or not yet
  JournalPosition read_;            // handed on
  JournalCheckpoint kept_;
  std::string next_cursor_;  // of the present entry, which was moved to and is not read yet; empty: there is none
  std::shared_ptr<const LogStream> stream_;
  std::shared_ptr<DeliveryListener> listener_;
  std::deque<Pending> pending_;                         // in the order of reading
  std::map<std::string, contracts::RangeSet> settled_;  // of pending_, by sequence
  std::deque<LogBatchPtr> returned_;
  int epoch_ = 0;
  Time last_turn_{};
  bool started_ = false;  // reading has begun somewhere, if only before the first entry
  bool changed_ = false, stopped_ = false;
  bool more_ = false;  // the last turn ended among entries of others
};

}  // namespace oc::collector
