// The one thread that reads the journals of all journald receivers. Sources come and go while it runs, and are read a
// batch a turn.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "collector/receivers/journald/journal_bell.h"
#include "collector/receivers/journald/journal_source.h"

namespace oc::collector {

class JournalLoop {
 public:
  explicit JournalLoop(const Host& host);
  ~JournalLoop();  // saves all checkpoints

  // From the service's thread. A source that is there already, even one that was removed and still has batches under
  // way, goes on with the new setup.
  void add(const std::string& source_id, JournalSource::Setup setup);
  // These only for its present owner. remove() returns when no new batch will come, set_consumer() when none will go to
  // the consumer before.
  void remove(const std::string& source_id, const void* owner);
  void set_consumer(const std::string& source_id, const void* owner, std::shared_ptr<LogConsumer> consumer);
  void run_under(const std::string& source_id, const void* owner, std::shared_ptr<const RunningConfig> running);
  void read_again(const std::string& source_id, const void* owner);

 private:
  using Time = JournalSource::Time;
  struct Entry {
    std::shared_ptr<JournalSource> source;
    std::string journal;      // of bells_
    std::optional<Time> due;  // its next turn; nullopt: when there is news
  };
  void run(const std::stop_token& stopping);
  void wait();
  void take_turns();
  void take_news(const std::string& journal, Time now);
  void close_some();
  void save();
  void on_source(const std::string& source_id, const void* owner, const std::function<void(JournalSource&)>& task);
  void on_loop(std::function<void()> task);  // runs it there and waits

  const Host host_;
  const std::shared_ptr<TaskInbox> inbox_ = std::make_shared<TaskInbox>();
  std::map<std::string, Entry> sources_;
  std::map<std::string, JournalBell> bells_;
  Time next_save_{};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace oc::collector
