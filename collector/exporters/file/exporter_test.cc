#include "collector/exporters/file/exporter.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "collector/exporters/file/otlp_json.h"
#include "contracts/otlp/log_reader.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;

struct Settled final : DeliveryListener {
  int settled = 0;
  std::string trouble;
  void on_settled(const LogBatch&, std::uint64_t, std::string_view) override { ++settled; }
  void on_returned(LogBatchPtr) override {}
  void on_trouble(std::string_view reason) override { trouble = reason; }
};

std::shared_ptr<LogBatch> batch_of(std::shared_ptr<DeliveryListener> listener) {
  auto batch = std::make_shared<LogBatch>();
  auto stream = std::make_shared<LogStream>();
  otlp::append_string_attribute(stream->resource_attributes, 1, "svc", "shop");
  stream->with_record_offset = true;
  batch->stream = stream;
  batch->records = {{"a \"line\"", 7}};
  batch->observed_ns = 5;
  batch->listener = std::move(listener);
  return batch;
}

TEST(OtlpJson, IsWhatAReaderOfOtlpTakes) {
  const auto json = otlp_json(*batch_of(nullptr));
  EXPECT_EQ(json,
            R"({"resourceLogs":[{"resource":{"attributes":[{"key":"svc","value":{"stringValue":"shop"}}]},)"
            R"("scopeLogs":[{"scope":{},"logRecords":[{"observedTimeUnixNano":"5","body":{"stringValue":"a \"line\""},)"
            R"("attributes":[{"key":"log.file.record_offset","value":{"intValue":"7"}}]}]}]}]})");
  EXPECT_TRUE(otlp::logs_json_to_protobuf(json));
}

class FileExporterTest : public ::testing::Test {
 protected:
  // `keys` beside the path.
  void make(const std::string& name, const std::string& keys = {}) {
    const auto yaml = "{path: '" + (folder_.path() / name).string() + "'" + keys + "}";
    const auto config = file_exporter_factory().parse({"file", ""}, *parse_config_text(yaml, "f"));
    ASSERT_TRUE(config) << config.error().text();
    exporter_.emplace(ComponentId{"file", ""}, std::static_pointer_cast<const FileExporterConfig>(*config), host_);
    ASSERT_TRUE(exporter_->start());
  }
  std::string content(const std::string& name) { return read_file(folder_.path() / name).value_or("no such file"); }
  std::size_t files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path()), std::filesystem::directory_iterator()));
  }

  const TemporaryDirectory folder_;
  MetricRegistry metrics_;
  SharedServices shared_;
  const Host host_{metrics_, system_clock(), shared_};
  const std::shared_ptr<Settled> listener_ = std::make_shared<Settled>();
  std::optional<FileExporter> exporter_;
};

TEST_F(FileExporterTest, WritesALineABatchAndSettlesIt) {
  make("out.json");
  exporter_->consume(batch_of(listener_));
  exporter_->consume(batch_of(listener_));
  EXPECT_EQ(listener_->settled, 2);
  EXPECT_EQ(std::ranges::count(content("out.json"), '\n'), 2);
  EXPECT_TRUE(exporter_->stop().empty());
}

TEST_F(FileExporterTest, KeepsWhatAFullDiskDoesNotTake) {
  auto config = std::make_shared<FileExporterConfig>();
  config->path = "/dev/full";
  exporter_.emplace(ComponentId{"file", ""}, config, host_);
  ASSERT_TRUE(exporter_->start());
  exporter_->consume(batch_of(listener_));
  EXPECT_EQ(listener_->settled, 0);
  EXPECT_FALSE(exporter_->ready());
  EXPECT_NE(listener_->trouble, "");
  EXPECT_EQ(exporter_->stop().size(), 1u);
}

TEST_F(FileExporterTest, BeginsAnewUnlessItAppends) {
  for (const auto* keys : {"", ", append: true", ""}) {
    make("out.json", keys);
    exporter_->consume(batch_of(listener_));
    const auto lines = std::ranges::count(content("out.json"), '\n');
    EXPECT_EQ(lines, *keys != 0 ? 2 : 1);
  }
}

TEST_F(FileExporterTest, ProtobufAndCompressedMessagesStandBehindTheirLength) {
  make("out.bin", ", format: proto");
  exporter_->consume(batch_of(listener_));
  const auto bytes = content("out.bin");
  ASSERT_GT(bytes.size(), 4u);
  EXPECT_EQ(bytes.substr(0, 3), std::string(3, 0));
  EXPECT_EQ(static_cast<unsigned char>(bytes[3]), bytes.size() - 4);
  make("out.zst", ", compression: zstd");
  exporter_->consume(batch_of(listener_));
  EXPECT_EQ(content("out.zst").substr(4, 4), "\x28\xB5\x2F\xFD") << "RFC 8878: a zstd frame";
}

TEST_F(FileExporterTest, RotatesBeforeAFileGrowsBeyondItsSizeAndKeepsSoManyBackups) {
  make("out.json", ", rotation: {max_megabytes: 1, max_backups: 2}");
  auto batch = batch_of(listener_);
  const std::string large(900'000, 'x');
  batch->records = {{large, 0}};
  for (int i = 0; i < 5; ++i) {
    exporter_->consume(LogBatch::derive(batch));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // backups are named by the millisecond
  }
  EXPECT_EQ(files(), 3u);
  EXPECT_LT(content("out.json").size(), std::size_t{1} << 20);
}

TEST_F(FileExporterTest, WritesToTheFileThatTheResourceNamesAndNotOutsideOfItsFolder) {
  make("a/pre-*.json", ", group_by: {enabled: true, resource_attribute: svc, max_open_files: 1}");
  exporter_->consume(batch_of(listener_));
  auto other = batch_of(listener_);
  auto stream = std::make_shared<LogStream>();
  otlp::append_string_attribute(stream->resource_attributes, 1, "svc", "/../../../etc/shop");
  other->stream = stream;
  exporter_->consume(other);
  exporter_->consume(batch_of(listener_));
  EXPECT_EQ(std::ranges::count(content("a/pre-shop.json"), '\n'), 2);
  EXPECT_EQ(std::ranges::count(content("a/pre-/etc/shop.json"), '\n'), 1);
  auto none = batch_of(listener_);
  none->stream = std::make_shared<LogStream>();
  exporter_->consume(none);
  EXPECT_EQ(listener_->settled, 4);
  EXPECT_THAT(metrics_.prometheus_text(), ::testing::HasSubstr("without_group_records_total{exporter=\"file\"} 1"));
}

TEST(FileExporterConfig, RefusesWhatDoesNotGoTogether) {
  const auto refused = [](const std::string& yaml) {
    const auto parsed = parse_file_exporter_config({"file", ""}, *parse_config_text(yaml, "f"));
    return parsed ? "accepted" : parsed.error().text();
  };
  EXPECT_EQ(refused("{path: a, rotation: }"), "accepted");
  EXPECT_THAT(refused("{path: a, append: true, rotation: {max_days: 1}}"),
              ::testing::HasSubstr("cannot be used together"));
  EXPECT_THAT(refused("{path: a, format: xml}"), ::testing::HasSubstr("'format' must be json or proto"));
  EXPECT_THAT(refused("{path: a, group_by: {enabled: true}}"), ::testing::HasSubstr("exactly one '*'"));
  EXPECT_THAT(refused("{path: a, rotation: {max_megabyte: 1}}"), ::testing::HasSubstr("did you mean 'max_megabytes'?"));
}

}  // namespace
}  // namespace oc::collector
