// A process that is killed while it appends: what it was told is durable is there, on a real disk.
#include <cstdlib>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ids.h"
#include "stores/logs/log_store.h"
#include "stores/logs/log_store_fixture.h"

namespace oc::stores {
namespace {

const query::Labels kKilledApp = {{"service_name", "app"}};

LogStoreOptions options_in(const std::filesystem::path& directory) {
  LogStoreOptions options;
  options.directory = directory;
  options.head_bytes = 20'000;  // many seals and merges under way when the signal comes
  options.block_bytes = 2'000;
  return options;
}

// Appends numbered lines from four threads and writes each number to `acknowledged` once it is durable.
[[noreturn]] void append_for_ever(const std::filesystem::path& directory, int acknowledged, int first) {
  MetricRegistry metrics;
  auto store = LogStore::open(options_in(directory), metrics);
  if (!store) ::_exit(1);
  std::vector<std::jthread> appenders;
  for (int thread = 0; thread < 4; ++thread)
    appenders.emplace_back([&, thread] {
      const Nanos now = system_clock().wall_ns();
      for (int number = first + thread;; number += 4) {
        const TestBatch batch({{kKilledApp, now + number, std::to_string(number)}});
        if (!(*store)->append(batch.batch())) ::_exit(2);
        if (::write(acknowledged, &number, sizeof number) != sizeof number) ::_exit(3);
      }
    });
  appenders.clear();
  ::_exit(4);
}

std::multiset<int> stored_numbers(const std::filesystem::path& directory) {
  MetricRegistry metrics;
  auto store = LogStore::open(options_in(directory), metrics);
  EXPECT_TRUE(store) << store.error().text();
  std::multiset<int> numbers;
  for (const TestRow& row : scan(**store)) numbers.insert(std::stoi(row.line));
  return numbers;
}

TEST(KillTest, EveryAcknowledgedRowIsThereOnceAfterKill9) {
  const auto directory = std::filesystem::temp_directory_path() / ("oc-kill-" + random_hex(8));
  std::filesystem::create_directories(directory);
  std::set<int> acknowledged;
  const int rounds = std::getenv("ONECOLLECTOR_SOAK") != nullptr ? 500 : 4;
  for (int round = 0; round < rounds; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) append_for_ever(directory, pipe_ends[1], round * 1'000'000);
    ::close(pipe_ends[1]);
    int number = 0;
    // Killed after a number of acknowledgements, so that the test does not depend on time.
    for (int seen = 0; seen < 600 + round % 20 * 97 && ::read(pipe_ends[0], &number, sizeof number) > 0; ++seen)
      acknowledged.insert(number);
    ::kill(child, SIGKILL);
    while (::read(pipe_ends[0], &number, sizeof number) > 0) acknowledged.insert(number);
    ::close(pipe_ends[0]);
    ::waitpid(child, nullptr, 0);
    const auto stored = stored_numbers(directory);
    EXPECT_EQ(stored.size(), std::set<int>(stored.begin(), stored.end()).size());
    for (const int expected : acknowledged) ASSERT_EQ(stored.count(expected), 1u) << expected;
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace oc::stores
