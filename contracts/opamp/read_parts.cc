#include "contracts/opamp/read_parts.h"

#include <bit>

#include <fmt/format.h>

#include "contracts/opamp/fields.h"

namespace oc::contracts::opamp {

namespace {

// A collector reports pipeline → component → instance. Each level is a stack frame of the decoder.
constexpr int kMaxHealthDepth = 8;
// An empty entry takes two bytes on the wire but some hundred in memory, so the counts are bounded, not only the bytes.
constexpr std::size_t kMaxHealthComponents = 10'000;
constexpr std::size_t kMaxAttributes = 1'000;
constexpr std::size_t kMaxCustomCapabilities = 1'000;

// Text of a scalar; empty for lists, maps and bytes, which no attribute of an agent that we look at has.
std::string read_any_value(View bytes) {
  using F = field::AnyValue;
  std::string text;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    std::uint64_t number = 0;
    bool truth = false;
    switch (tag) {
      case F::string_value:
        return reader.take(text, "an attribute's value");
      case F::bool_value:
        reader.take(truth);
        text = truth ? "true" : "false";
        return;
      case F::int_value:
        reader.take(number);
        text = fmt::to_string(static_cast<std::int64_t>(number));
        return;
      case F::double_value:
        reader.take_fixed(number);
        text = fmt::to_string(std::bit_cast<double>(number));
        return;
      default:
        return reader.skip();
    }
  });
  return text;
}

void read_attribute(View bytes, std::map<std::string, std::string>& attributes) {
  using F = field::KeyValue;
  std::string key;
  std::string value;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::key:
        return reader.take(key, "an attribute's key");
      case F::value:
        return reader.take_message([&](View any) { value = read_any_value(any); });
      default:
        return reader.skip();
    }
  });
  require_below(attributes.size(), kMaxAttributes, "attributes");
  attributes[std::move(key)] = std::move(value);
}

ComponentHealth read_component(View bytes, int depth, std::size_t& components) {
  using F = field::ComponentHealth;
  if (depth > kMaxHealthDepth) throw Malformed(fmt::format("health nested deeper than {} levels", kMaxHealthDepth));
  ComponentHealth health;
  const auto add = [&](std::string name, View value) {
    require_below(components++, kMaxHealthComponents, "health components");
    health.components[std::move(name)] = read_component(value, depth + 1, components);
  };
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::healthy:
        return reader.take(health.healthy);
      case F::start_time_unix_nano:
        return reader.take_time(health.start_time_ns);
      case F::last_error:
        return reader.take(health.last_error, "health.last_error");
      case F::status:
        return reader.take(health.status, "health.status");
      case F::status_time_unix_nano:
        return reader.take_time(health.status_time_ns);
      case F::component_health_map:
        return reader.take_message([&](View entry) { read_map_entry(entry, add); });
      default:
        return reader.skip();
    }
  });
  return health;
}

}  // namespace

AgentDescription read_description(View bytes) {
  using F = field::AgentDescription;
  AgentDescription description;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::identifying_attributes:
        return reader.take_message([&](View pair) { read_attribute(pair, description.identifying); });
      case F::non_identifying_attributes:
        return reader.take_message([&](View pair) { read_attribute(pair, description.non_identifying); });
      default:
        return reader.skip();
    }
  });
  return description;
}

ComponentHealth read_health(View bytes) {
  std::size_t components = 0;
  return read_component(bytes, 1, components);
}

ErrorResponse read_error(View bytes) {
  using F = field::ServerErrorResponse;
  constexpr std::uint64_t kUnavailable = 2;
  ErrorResponse error;
  std::uint64_t type = 0;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::type:
        return reader.take(type);
      case F::error_message:
        return reader.take(error.message, "error_response.error_message");
      default:
        return reader.skip();
    }
  });
  if (type <= kUnavailable) error.type = static_cast<int>(type);
  return error;
}

std::vector<std::string> read_custom_capabilities(View bytes) {
  using F = field::CustomCapabilities;
  std::vector<std::string> capabilities;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    if (tag != F::capabilities) return reader.skip();
    require_below(capabilities.size(), kMaxCustomCapabilities, "custom capabilities");
    reader.take(capabilities.emplace_back(), "a custom capability");
  });
  return capabilities;
}

CustomMessage read_custom_message(View bytes) {
  using F = field::CustomMessage;
  CustomMessage message;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::capability:
        return reader.take(message.capability, "custom_message.capability");
      case F::type:
        return reader.take(message.type, "custom_message.type");
      case F::data:
        return reader.take_bytes(message.data);
      default:
        return reader.skip();
    }
  });
  return message;
}

}  // namespace oc::contracts::opamp
