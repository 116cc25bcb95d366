// The one thread that reads the files of all file_log receivers. Sources come and go while it runs; a file is read a
// block a turn, in turns with all others that have something to read.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "collector/receivers/file_log/directory_watcher.h"
#include "collector/receivers/file_log/file_source.h"
#include "collector/receivers/file_log/folder_interests.h"
#include "collector/receivers/file_log/open_files.h"

namespace oc::collector {

class ReadLoop final : public ReadScheduler {
 public:
  explicit ReadLoop(const Host& host);
  ~ReadLoop() override;  // saves all checkpoints

  // From the service's thread. A source that is there already, even one that was removed and still has batches under
  // way, goes on with the new setup.
  void add(const std::string& source_id, FileSource::Setup setup);
  // Only for its present owner; returns when no new batch will come.
  void remove(const std::string& source_id, const void* owner);
  // Takes effect before a set_consumer() that follows.
  void run_under(const std::string& source_id, const void* owner, std::shared_ptr<const RunningConfig> running);
  // Through the consumer that was set last.
  void read_again(const std::string& source_id, const void* owner);
  void set_consumer(const std::string& source_id, const void* owner, std::shared_ptr<LogConsumer> consumer);

  // ReadScheduler, from the loop's thread.
  void schedule(FileSource& source, const TailedFilePtr& file) override;
  void schedule_at(FileSource& source, const TailedFilePtr& file, SteadyTime when) override;
  bool watch_name(FileSource& source, const std::string& folder, const std::string& name) override;
  void unwatch_name(FileSource& source, const std::string& folder, const std::string& name) override;
  bool watch_folder(FileSource& source, const std::string& folder) override;
  void wants_save(FileSource& source) override { unsaved_.insert(&source); }
  void opened(const TailedFilePtr& file) override { open_files_.opened(file); }
  ReadBuffer& buffer() override { return buffer_; }

 private:
  using SourcePtr = std::shared_ptr<FileSource>;
  struct Readable {
    std::weak_ptr<FileSource> source;
    TailedFilePtr file;
  };
  void run(const std::stop_token& stopping);
  void step();
  void wait();
  void take_turns();
  void on_event(const DirectoryWatcher::Event& event);
  void fire_timers(SteadyTime now);
  void scan_sources(SteadyTime now);
  void save(SteadyTime now);
  void drop(const SourcePtr& source);
  void on_loop(std::function<void()> task);  // runs it there and waits

  const Host host_;
  const std::shared_ptr<Counter> overflows_;
  const std::shared_ptr<TaskInbox> inbox_ = std::make_shared<TaskInbox>();
  BlockPool blocks_;
  ReadBuffer buffer_{blocks_};
  DirectoryWatcher watcher_;
  UniqueFd poll_;
  std::map<std::string, SourcePtr> sources_;
  FolderInterests interests_;
  std::map<FileSource*, SteadyTime> wants_scan_;
  std::set<FileSource*> unsaved_;
  std::deque<Readable> readable_, blocked_;
  std::multimap<SteadyTime, Readable> timers_;
  OpenFiles open_files_;
  SteadyTime next_save_{}, next_reconcile_{}, ask_again_{};
  bool has_read_ = false;  // since the last look at all files
  std::jthread thread_;    // last: it uses all of the above
};

}  // namespace oc::collector
