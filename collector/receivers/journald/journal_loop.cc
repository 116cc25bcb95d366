#include "collector/receivers/journald/journal_loop.h"

#include <algorithm>
#include <future>
#include <utility>

#include <poll.h>

namespace oc::collector {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSaveInterval{500};
// Between two looks at a journal that is being written: each costs a look at all of its files.
constexpr milliseconds kNewsInterval{10};

}  // namespace

JournalLoop::JournalLoop(const Host& host)
    : host_(host), thread_([this](const std::stop_token& stopping) { run(stopping); }) {}

JournalLoop::~JournalLoop() {
  thread_.request_stop();
  inbox_->post([] {});
  thread_.join();
  for (const auto& [id, entry] : sources_) entry.source->save();
}

void JournalLoop::on_loop(std::function<void()> task) {
  std::promise<void> done;
  inbox_->post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void JournalLoop::on_source(const std::string& source_id, const void* owner,
                            const std::function<void(JournalSource&)>& task) {
  const auto found = sources_.find(source_id);
  if (found == sources_.end() || found->second.source->owner() != owner) return;
  task(*found->second.source);
  found->second.due = steady_clock::now();
}

void JournalLoop::add(const std::string& source_id, JournalSource::Setup setup) {
  inbox_->post([this, source_id, setup = std::move(setup)]() mutable {
    auto& entry = sources_[source_id];
    if (!entry.source) entry.source = std::make_shared<JournalSource>(host_, source_id, inbox_);
    entry.source->set_up(std::move(setup));
    entry.due = steady_clock::now();
  });
}

void JournalLoop::remove(const std::string& source_id, const void* owner) {
  on_loop([&] { on_source(source_id, owner, [](auto& source) { source.stop_reading(); }); });
}

void JournalLoop::set_consumer(const std::string& source_id, const void* owner, std::shared_ptr<LogConsumer> consumer) {
  on_loop([&] { on_source(source_id, owner, [&](auto& source) { source.set_consumer(consumer); }); });
}

void JournalLoop::run_under(const std::string& source_id, const void* owner,
                            std::shared_ptr<const RunningConfig> running) {
  inbox_->post([this, source_id, owner, running = std::move(running)] {
    on_source(source_id, owner, [&](auto& source) { source.run_under(running); });
  });
}

void JournalLoop::read_again(const std::string& source_id, const void* owner) {
  inbox_->post([this, source_id, owner] { on_source(source_id, owner, [](auto& source) { source.read_again(); }); });
}

void JournalLoop::run(const std::stop_token& stopping) {
  while (!stopping.stop_requested()) {
    inbox_->run_all();
    take_turns();
    save();
    wait();
  }
  inbox_->run_all();
}

void JournalLoop::take_turns() {
  const auto now = steady_clock::now();
  for (auto& [id, entry] : sources_)
    if (entry.due && *entry.due <= now) entry.due = entry.source->take_turn(now);
}

void JournalLoop::wait() {
  const auto now = steady_clock::now();
  auto until = now + kSaveInterval;
  std::vector<pollfd> fds{{inbox_->descriptor(), POLLIN, 0}};
  std::vector<Entry*> listening;
  for (auto& [id, entry] : sources_) {
    if (entry.due) until = std::min(until, *entry.due);
    const int descriptor = entry.due ? -1 : entry.source->descriptor();
    if (descriptor < 0) continue;
    if (entry.listen_from > now) {
      until = std::min(until, entry.listen_from);
      continue;
    }
    fds.push_back({descriptor, POLLIN, 0});
    listening.push_back(&entry);
  }
  const auto timeout = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - now));
  ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
  for (std::size_t i = 0; i < listening.size(); ++i) {
    if (fds[i + 1].revents == 0) continue;
    listening[i]->source->take_news();
    listening[i]->due = steady_clock::now();
    listening[i]->listen_from = *listening[i]->due + kNewsInterval;
  }
}

void JournalLoop::save() {
  const auto now = steady_clock::now();
  if (now < next_save_) return;
  next_save_ = now + kSaveInterval;
  for (const auto& [id, entry] : sources_) entry.source->save();
  std::erase_if(sources_, [](const auto& entry) { return entry.second.source->finished(); });
}

}  // namespace oc::collector
