#include "collector/processors/attributes/attributes.h"

#include "collector/record/batch_rewriter.h"
#include "contracts/otlp/fields.h"
#include "contracts/otlp/log_parts.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

Result<std::shared_ptr<const ComponentConfig>> parse_attributes(const ComponentId& id, const ConfigValue& value) {
  constexpr RecordMatchKeys kKeys = {.bodies = "log_bodies",
                                     .severity_texts = "log_severity_texts",
                                     .severity_number = "log_severity_number",
                                     .attributes = "attributes",
                                     .resource = "resources",
                                     .libraries = true,
                                     .needs_one = true};
  auto config = std::make_shared<AttributesConfig>();
  ConfigReader reader(value, id.text());
  config->actions = AttributeActions::parse(reader, "actions");
  config->include = RecordMatch::parse(reader, "include", kKeys);
  config->exclude = RecordMatch::parse(reader, "exclude", kKeys);
  OC_TRY(reader.finish());
  return config;
}

Result<std::shared_ptr<const ComponentConfig>> parse_resource(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<AttributesConfig>();
  ConfigReader reader(value, id.text());
  config->actions = AttributeActions::parse(reader, "attributes");
  OC_TRY(reader.finish());
  return config;
}

template <typename Made>
ProcessorFactory factory(std::string type, decltype(ProcessorFactory::parse) parse) {
  return {.type = std::move(type),
          .aliases = {},
          .parse = std::move(parse),
          .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig> config,
                     const Host&) -> std::shared_ptr<Processor> {
            return std::make_shared<Made>(std::static_pointer_cast<const AttributesConfig>(config));
          }};
}

}  // namespace

LogBatchPtr AttributesProcessor::process(LogBatchPtr batch) {
  const auto arena = std::make_shared<Arena>();
  const BatchReader reader(*batch, *arena);
  BatchRewriter rewriter(reader, arena, config_);
  const auto decoded = contracts::otlp::decode_scope(batch->stream->scope, *arena);
  const RecordMatch::Scope scope{decoded.name, decoded.version};
  for (std::size_t i = 0; i < reader.size(); ++i) {
    LogRecord record = reader.record(i);
    const bool meant = (!config_->include || config_->include->matches(record, scope)) &&
                       (!config_->exclude || !config_->exclude->matches(record, scope));
    if (meant) config_->actions->apply(record, RecordRoot::kAttributes, *arena, batch->stream->metadata);
    rewriter.keep(i, record);
  }
  if (!rewriter.changed_any()) return batch;
  auto changed = LogBatch::derive(batch);
  rewriter.finish(*changed);
  return changed;
}

LogBatchPtr ResourceProcessor::process(LogBatchPtr batch) {
  auto changed_batch = LogBatch::derive(batch);
  changed_batch->stream = changed(batch->stream);
  return changed_batch;
}

std::shared_ptr<const LogStream> ResourceProcessor::changed(const std::shared_ptr<const LogStream>& stream) {
  std::lock_guard lock(mutex_);
  if (last_.lock() == stream) return last_changed_;
  Arena arena;
  LogRecord record;
  record.change(RecordRoot::kResource, arena) = otlp::attributes_from_wire(stream->resource_attributes, arena);
  config_->actions->apply(record, RecordRoot::kResource, arena, stream->metadata);
  auto made = std::make_shared<LogStream>(*stream);
  made->resource_attributes.clear();
  for (const auto& field : record.resource().fields())
    otlp::append_attribute(made->resource_attributes, static_cast<std::uint32_t>(otlp::Resource::attributes), field.key,
                           field.value);
  last_ = stream;
  return last_changed_ = std::move(made);
}

ProcessorFactory attributes_factory() { return factory<AttributesProcessor>("attributes", parse_attributes); }
ProcessorFactory resource_factory() { return factory<ResourceProcessor>("resource", parse_resource); }

}  // namespace oc::collector
