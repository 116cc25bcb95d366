#include "collector/exporters/file/exporter.h"

#include <filesystem>

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

TEST(FileExporter, WritesALineABatchAndSettlesIt) {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "out.json";
  const auto factory = file_exporter_factory();
  const auto config = factory.parse({"file", ""}, *parse_config_text("{path: '" + path.string() + "'}", "f"));
  ASSERT_TRUE(config) << config.error().text();
  FileExporter exporter({"file", ""}, std::static_pointer_cast<const FileExporterConfig>(*config));
  ASSERT_TRUE(exporter.start());
  const auto listener = std::make_shared<Settled>();
  exporter.consume(batch_of(listener));
  exporter.consume(batch_of(listener));
  EXPECT_EQ(listener->settled, 2);
  EXPECT_EQ(std::ranges::count(*read_file(path), '\n'), 2);
  EXPECT_TRUE(exporter.stop().empty());
}

TEST(FileExporter, KeepsWhatAFullDiskDoesNotTake) {
  auto config = std::make_shared<FileExporterConfig>();
  config->path = "/dev/full";
  FileExporter exporter({"file", ""}, config);
  ASSERT_TRUE(exporter.start());
  const auto listener = std::make_shared<Settled>();
  exporter.consume(batch_of(listener));
  EXPECT_EQ(listener->settled, 0);
  EXPECT_FALSE(exporter.ready());
  EXPECT_NE(listener->trouble, "");
  EXPECT_EQ(exporter.stop().size(), 1u);
}

}  // namespace
}  // namespace oc::collector
