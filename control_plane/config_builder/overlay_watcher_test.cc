#include "control_plane/config_builder/overlay_watcher.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;

class Heard {
 public:
  bool take(const std::string& text) {
    std::lock_guard lock(mutex_);
    texts_.push_back(text);
    changed_.notify_all();
    return !std::exchange(refuse_next_, false);
  }
  void refuse_next() {
    std::lock_guard lock(mutex_);
    refuse_next_ = true;
  }
  // After 10 s, which only a failure lasts, what there is.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return texts_.size() >= count; });
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_;
  bool refuse_next_ = false;
};

TEST(OverlayWatcher, TellsWhatTheFileHoldsAndEachChangeOnce) {
  TemporaryDirectory folder;
  Heard heard;
  ASSERT_TRUE(write_file_atomic(folder / "o.yaml", "one"));
  OverlayWatcher watcher(folder / "o.yaml", [&](const std::string& text) { return heard.take(text); }, milliseconds(1));
  EXPECT_EQ(heard.wait_for(1), std::vector<std::string>{"one"});
  ASSERT_TRUE(write_file_atomic(folder / "o.yaml", "two"));
  EXPECT_EQ(heard.wait_for(2), (std::vector<std::string>{"one", "two"}));
  std::filesystem::remove(folder / "o.yaml");
  ASSERT_TRUE(write_file_atomic(folder / "o.yaml", "three"));
  EXPECT_EQ(heard.wait_for(3), (std::vector<std::string>{"one", "two", "three"}));
}

TEST(OverlayWatcher, OffersAgainWhatCouldNotBeTaken) {
  TemporaryDirectory folder;
  Heard heard;
  heard.refuse_next();
  ASSERT_TRUE(write_file_atomic(folder / "o.yaml", "one"));
  OverlayWatcher watcher(folder / "o.yaml", [&](const std::string& text) { return heard.take(text); }, milliseconds(1));
  EXPECT_EQ(heard.wait_for(2), (std::vector<std::string>{"one", "one"}));
}

}  // namespace
}  // namespace oc::control_plane
