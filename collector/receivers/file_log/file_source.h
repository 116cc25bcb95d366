// The files of one source: finds them, follows them through rotation, truncation and deletion, and reads them into
// batches. Used from the read loop's thread only.
//
// A file of the source is a TailedFile, known by where it lies on disk. When another file takes its path, it is looked
// for in the same folder and read to its end under its own id; when its bytes are gone from it (copytruncate), a copy
// of them is looked for. Only then a new generation begins, at 0.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collector/pipeline/component.h"
#include "collector/pipeline/log_rate_limit.h"
#include "collector/receivers/file_log/config.h"
#include "collector/receivers/file_log/directory_watcher.h"
#include "collector/receivers/file_log/held_files.h"
#include "collector/receivers/file_log/read_quota.h"
#include "collector/receivers/file_log/tailed_file.h"
#include "collector/receivers/source_ledger.h"
#include "collector/receivers/task_inbox.h"

namespace oc::collector {

using TailedFilePtr = std::shared_ptr<TailedFile>;
class FileSource;

// What a source needs of the loop that runs it.
class ReadScheduler {
 public:
  virtual ~ReadScheduler() = default;
  virtual void schedule(FileSource& source, const TailedFilePtr& file) = 0;
  virtual void schedule_at(FileSource& source, const TailedFilePtr& file, SteadyTime when) = 0;
  // Changes of this name in the folder, or of all its names, come to on_event(). False: poll instead.
  virtual bool watch_name(FileSource& source, const std::string& folder, const std::string& name) = 0;
  virtual void unwatch_name(FileSource& source, const std::string& folder, const std::string& name) = 0;
  virtual bool watch_folder(FileSource& source, const std::string& folder) = 0;
  // save() is to be called soon; likewise finished(), for a source that was stopped.
  virtual void wants_save(FileSource& source) = 0;
  // The file has a descriptor now; others may lose theirs.
  virtual void opened(const TailedFilePtr& file) = 0;
  virtual ReadBuffer& buffer() = 0;
};

class FileSource : public std::enable_shared_from_this<FileSource> {
 public:
  FileSource(const Host& host, std::string source_id, ReadScheduler& scheduler, std::shared_ptr<TaskInbox> inbox);
  ~FileSource();

  struct Setup {
    const void* owner = nullptr;  // who may take it away again
    std::string receiver;         // its component id
    std::shared_ptr<const FileLogConfig> config;
    std::shared_ptr<LogConsumer> consumer;
    std::shared_ptr<Storage> storage;
    std::vector<contracts::Watermark> watermarks;
    std::shared_ptr<const RunningConfig> running;
    std::shared_ptr<HeldFiles> held;  // nullptr: nothing is held
  };
  // The first time: takes up the checkpoints and the files there are. Again: goes on where it is, by the new setup.
  void set_up(Setup setup);
  void set_consumer(std::shared_ptr<LogConsumer> consumer) { consumer_ = std::move(consumer); }
  // Where this config begins is noted for each file.
  void run_under(std::shared_ptr<const RunningConfig> running);
  // What was read under a config that the running one takes back is read again.
  void read_again();
  const void* owner() const { return owner_; }

  // Looks at the whole file system part: what came, what went.
  void scan();
  void on_event(const std::string& path, const DirectoryWatcher::Event& event);
  bool polls() const { return polls_; }
  Duration poll_interval() const { return config_->poll_interval; }

  enum class Turn { kIdle, kMore, kBlocked };
  Turn take_turn(const TailedFilePtr& file);

  // No new batches from now on; finished() once those under way are settled.
  void stop_reading();
  bool stopped() const { return stopped_; }
  bool finished() const;
  // Hands the checkpoints that changed to the storage.
  void save();
  // What became of a batch that was read in this epoch of its file.
  struct Settled {
    int epoch = 0;
    contracts::ByteRange range;
    std::uint64_t acknowledged = 0;
    std::vector<LeftOut> left_out;
    std::string error;  // the sink's; empty: none
  };
  void on_settled(const TailedFilePtr& file, const Settled& settled);
  void on_returned(const TailedFilePtr& file, int epoch, LogBatchPtr batch);
  void on_trouble(const std::string& reason) { ledger_->last_error(reason); }
  const std::string& id() const { return source_id_; }

 private:
  // Checkpoints, discovery and rotation, each in a file_source_….cc of its own.
  void set_quota();
  void take_up_checkpoints();
  bool take_up(const Checkpoint& checkpoint);
  void begin_again(const TailedFilePtr& file);
  void adopt(const Checkpoint& checkpoint, const std::string& path, const FileStatus& status, bool rotated);
  void see(const std::string& path);
  void see_first(std::vector<std::string> candidates);
  void take_held();
  bool is_too_old(const FileStatus& status) const;
  TailedFilePtr add_file(const std::string& path, const FileStatus& status);
  void lose_path(const TailedFilePtr& file);
  // Reading of what takes its place begins at `start`.
  void replace_content(const TailedFilePtr& file, std::uint64_t start = 0);
  bool follow_copy(const TailedFilePtr& file);
  void catch_up_on_missed(const std::string& path);
  bool is_missed(const std::string& path, const FileStatus& status, std::int64_t newest_begun_ns) const;
  bool waits_as_copy(const TailedFilePtr& file);
  const TailedFile* original_of(const TailedFile& copy) const;
  void moved_to(const TailedFilePtr& file, const std::string& path);
  void leave_path(const TailedFilePtr& file);
  void watch_path(const std::string& path);
  void drop_unwanted();
  void forget(const TailedFilePtr& file);
  void watch(const Glob& glob, const std::string& folder);

  // Reading.
  bool open(const TailedFilePtr& file);
  void cannot_open(const std::string& path, const Error& error);
  void gone_unread(const std::string& path);
  bool begin(const TailedFilePtr& file);
  void make_durable(const TailedFilePtr& file);
  void connect(const TailedFilePtr& file);
  std::shared_ptr<const LogStream> make_stream(const TailedFile& file) const;
  void add_file_attributes(const TailedFile& file, std::string& out) const;
  bool is_one_path() const;
  bool waits_for_older(const TailedFile& file) const;
  bool is_compressed(int fd) const;
  std::optional<Fingerprint> beginning_of(const TailedFile& file, std::uint32_t most) const;
  void unzip(TailedFile& file) const;
  bool take_up_compressed(const std::string& path, const FileStatus& status);
  void remember_ended(const TailedFilePtr& file);
  void tell_damage(const TailedFile& file);
  bool is_gone(const TailedFile& file) const;
  bool take_over_original(const TailedFilePtr& copy);
  bool has_header(TailedFile& file) const;
  bool send_returned(TailedFile& file);
  bool waits_for_quota(const TailedFilePtr& file);
  void count_read(std::uint64_t bytes, std::uint64_t records);
  void hand_on(const TailedFilePtr& file, TailedFile::Read read);
  Turn after_read(const TailedFilePtr& file, ReadOutcome outcome);
  void at_end(const TailedFilePtr& file);
  void caught_up(TailedFile& file);
  // Where what was read went away: whether reading goes on all the same.
  bool goes_on_after_cut(const TailedFilePtr& file);
  void delete_read(const TailedFilePtr& file);
  bool is_done(const TailedFile& file) const;
  void changed(const TailedFilePtr& file);  // it differs from its checkpoint
  void end(const TailedFilePtr& file);

  const Host host_;
  const std::string source_id_;
  ReadScheduler& scheduler_;
  const std::shared_ptr<TaskInbox> inbox_;
  const void* owner_ = nullptr;
  std::shared_ptr<const FileLogConfig> config_;
  std::shared_ptr<LogConsumer> consumer_;
  std::shared_ptr<Storage> storage_;
  std::vector<contracts::Watermark> watermarks_;
  std::shared_ptr<const RunningConfig> running_;
  std::shared_ptr<HeldFiles> held_;
  std::unique_ptr<SourceLedger> ledger_;
  LogRateLimit log_limit_;
  std::unique_ptr<ReadQuota> quota_;  // nullptr: there is none

  std::unordered_map<FileKey, TailedFilePtr, FileKeyHash> by_key_;
  std::unordered_map<std::string, TailedFilePtr> by_path_;
  std::unordered_map<TailedFile*, TailedFilePtr> retired_;     // ended, with batches under way
  std::unordered_map<std::string, std::string> link_targets_;  // real path → the matched symbolic link
  std::deque<TailedFilePtr> ended_;                            // lately, the newest first
  std::vector<TailedFilePtr> changed_;                         // to be saved
  std::vector<Checkpoint> unmatched_;                          // whose file was not found (yet)
  std::unordered_set<std::string> known_paths_;                // of checkpoints: what appears there now is a successor
  bool checkpoints_lost_ = false;  // some may be: of a file without one it is not known that nobody read it
  int catching_up_ = 0;
  bool first_scan_ = true;
  bool polls_ = false;
  bool stopped_ = false;
};

}  // namespace oc::collector
