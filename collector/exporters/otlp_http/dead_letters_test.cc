#include "collector/exporters/otlp_http/dead_letters.h"

#include <sstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/full_disk.h"
#include "base/json.h"
#include "base/temporary_directory.h"
#include "collector/receivers/otlp/request_batches.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {
namespace {

LogBatchPtr refused_batch() {
  std::string request;
  const std::vector<contracts::otlp::LogRecordView> records = {{"poison", 0}};
  const contracts::otlp::LogSlice slice{records, 1};
  contracts::otlp::append_resource_logs(request, {.slices = {&slice, 1}});
  return (*batches_of_request(std::move(request), "otlp", {}))[0];
}

TEST(DeadLetters, OneThatAFullDiskCutsIsCountedAndSpoilsNoOther) {
  const TemporaryDirectory folder;
  MetricRegistry metrics;
  DeadLetters letters(folder.path(), metrics.counter("unkept", "", {}));
  const auto batch = refused_batch();
  letters.keep(*batch, 0, "first");
  const auto file = folder / "dead_letters.jsonl";
  {
    const FullDisk full(std::filesystem::file_size(file) + 10);
    letters.keep(*batch, 0, "second");
  }
  letters.keep(*batch, 0, "third");
  EXPECT_TRUE(metrics.prometheus_text().contains("unkept 1\n")) << metrics.prometheus_text();
  std::istringstream lines(*read_file(file));
  std::vector<std::string> reasons;
  for (std::string line; std::getline(lines, line);) reasons.push_back(parse_json(line)->at("reason"));
  EXPECT_EQ(reasons, (std::vector<std::string>{"first", "third"}));
}

}  // namespace
}  // namespace oc::collector
