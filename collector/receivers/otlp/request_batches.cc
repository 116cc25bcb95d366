#include "collector/receivers/otlp/request_batches.h"

#include "contracts/otlp/log_parts.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

class ToBatches final : public otlp::LogPartsVisitor {
 public:
  ToBatches(const std::string& source_id, const std::map<std::string, std::string>& metadata)
      : source_id_(source_id), metadata_(metadata) {}

  void scope(const otlp::EncodedScope& scope) override {
    auto stream = std::make_shared<LogStream>();
    stream->source_id = source_id_;
    auto resource = otlp::split_resource(scope.resource);
    stream->resource_attributes = std::move(resource.attributes);
    stream->resource_rest = std::move(resource.rest);
    stream->resource_schema_url = scope.resource_schema_url;
    stream->scope = scope.scope;
    stream->scope_schema_url = scope.scope_schema_url;
    stream->encoded_records = stream->pushed = true;
    stream->counts_bytes = false;
    stream->metadata = metadata_;
    const auto expected = batches.empty() ? 0 : batches.back()->records.size();
    auto& batch = batches.emplace_back(std::make_shared<LogBatch>());
    batch->records.reserve(expected);
    batch->stream = std::move(stream);
  }
  void record(std::string_view encoded) override {
    auto& batch = *batches.back();
    batch.records.push_back({encoded, batch.records.size()});
    batch.added_bytes += encoded.size();
  }
  std::vector<std::shared_ptr<LogBatch>> batches;

 private:
  const std::string& source_id_;
  const std::map<std::string, std::string>& metadata_;
};

}  // namespace

Result<std::vector<std::shared_ptr<LogBatch>>> batches_of_request(std::string request, const std::string& source_id,
                                                                  const std::map<std::string, std::string>& metadata) {
  const auto memory = std::make_shared<const std::string>(std::move(request));
  ToBatches visitor(source_id, metadata);
  OC_TRY(otlp::read_log_parts(*memory, visitor));
  std::erase_if(visitor.batches, [](const auto& batch) { return batch->records.empty(); });
  for (const auto& batch : visitor.batches) {
    batch->memory = memory;
    batch->range = {0, batch->records.size()};
  }
  return std::move(visitor.batches);
}

}  // namespace oc::collector
