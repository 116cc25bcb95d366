// Whatever byte of the storage's file is hit: what nobody read yet is read, at the places where records begin.
#include <random>

#include <fcntl.h>

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

class DamagedStorageTest : public CollectorTest, public ::testing::WithParamInterface<const char*> {
 protected:
  // Each of them is a start of the collector: every byte, as in ./dev soak, takes minutes with sanitizers.
  const std::size_t step_ = std::getenv("ONECOLLECTOR_SOAK") != nullptr ? 1 : 9;

  std::string yaml(const std::string& start_at) const {
    auto text = receiver("s1", log_path());
    const std::string beginning = "start_at: beginning";
    text.replace(text.find(beginning), beginning.size(), "start_at: " + start_at);
    return config(sink_, {.receivers = {{"s1", text}}, .remembers = false});
  }
  static void write_in_place(const std::string& path, const std::string& content) {
    const auto fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ASSERT_TRUE(fd && write_all(fd->get(), content, path));
  }
  // A storage that knows that twenty lines are delivered.
  void deliver_twenty() {
    start(yaml("beginning"));
    for (int from = 0; from < 20; from += 10) {
      append_lines(log_path(), from, from + 10);
      ASSERT_TRUE(eventually([&] { return sink_.count() >= static_cast<std::size_t>(from) + 10; }));
    }
    ASSERT_TRUE(eventually([&] {
      return metric("onecollector_source_acknowledged_offset_bytes") ==
             static_cast<double>(std::filesystem::file_size(log_path()));
    }));
    stop();
    ASSERT_EQ(sink_.count(), 20u);
    storage_ = *read_file(storage_file_);
    lines_ = *read_file(log_path());
  }
  // A line came while nothing ran, and this is what is left of the storage.
  void expect_new_line_after(const std::string& left, const std::string& start_at) {
    write_in_place(storage_file_, left);
    write_in_place(log_path(), lines_ + "line 20\n");
    const auto before = sink_.count();
    start(yaml(start_at));
    EXPECT_TRUE(eventually([&] { return sink_.count() > before && sink_.bodies().back() == "line 20"; }));
    stop();
    auto bodies = sink_.bodies();
    bodies.erase(bodies.begin(), bodies.begin() + static_cast<std::ptrdiff_t>(before));
    const auto from = 21 - static_cast<int>(bodies.size());
    ASSERT_GE(from, 0);
    EXPECT_EQ(bodies, lines(from, 21)) << "from some record on, every line";
  }

  const std::string storage_file_ = folder_ + "/storage/storage.ockv";
  std::string storage_, lines_;
  TestSink sink_{false};
};

TEST_P(DamagedStorageTest, ADamagedBitNeverMakesAWrongOffset) {
  const auto seed = std::random_device{}();
  std::mt19937 dice(seed);
  deliver_twenty();
  for (std::size_t at = dice() % step_; at < storage_.size(); at += step_) {
    auto damaged = storage_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << dice() % 8));
    expect_new_line_after(damaged, GetParam());
    if (HasFailure()) FAIL() << "seed " << seed << ", byte " << at;
  }
}

TEST_P(DamagedStorageTest, NorDoesATruncatedFile) {
  const auto seed = std::random_device{}();
  std::mt19937 dice(seed);
  deliver_twenty();
  // Nothing but the header is what a first start leaves: then `end` means the end.
  const auto header = storage_.find('\n') + 1;
  for (std::size_t size = header + 1 + dice() % step_; size < storage_.size(); size += step_) {
    expect_new_line_after(storage_.substr(0, size), GetParam());
    if (HasFailure()) FAIL() << "seed " << seed << ", " << size << " bytes left";
  }
}

INSTANTIATE_TEST_SUITE_P(StartAt, DamagedStorageTest, ::testing::Values("beginning", "end"));

}  // namespace
}  // namespace oc::collector
