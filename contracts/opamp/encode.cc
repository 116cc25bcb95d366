#include <protozero/pbf_builder.hpp>

#include "contracts/opamp/fields.h"
#include "contracts/opamp/messages.h"

namespace oc::contracts::opamp {

namespace {

constexpr char kWebSocketHeader = '\0';  // the varint 0: the only kind of message there is

// Builds one message. Proto3 leaves a scalar of its zero value out; a message that is present is written even when it
// is empty, so inner ones are built apart (protozero's nested writers drop empty ones).
template <typename Field>
class Message {
 public:
  Message() : builder_(bytes_) {}
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  void bytes(Field field, const std::string& value) {
    if (!value.empty()) builder_.add_bytes(field, value);
  }
  void text(Field field, const std::string& value) {
    if (!value.empty()) builder_.add_string(field, value);
  }
  // For elements of lists and members of a oneof, where the empty text is a value, too.
  void element(Field field, const std::string& value) { builder_.add_string(field, value); }
  void number(Field field, std::uint64_t value) {
    if (value != 0) builder_.add_uint64(field, value);
  }
  void time(Field field, Nanos value) {
    if (value > 0) builder_.add_fixed64(field, static_cast<std::uint64_t>(value));
  }
  void message(Field field, const std::string& encoded) { builder_.add_message(field, encoded); }
  const std::string& encoded() const { return bytes_; }

 private:
  std::string bytes_;
  protozero::pbf_builder<Field> builder_;
};

// map<string, M> travels as entries {key, value}.
std::string map_entry(const std::string& key, const std::string& encoded_value) {
  Message<field::MapEntry> entry;
  entry.text(field::MapEntry::key, key);
  entry.message(field::MapEntry::value, encoded_value);
  return entry.encoded();
}

std::string text_attribute(const std::string& key, const std::string& value) {
  Message<field::AnyValue> any;
  any.element(field::AnyValue::string_value, value);
  Message<field::KeyValue> pair;
  pair.text(field::KeyValue::key, key);
  pair.message(field::KeyValue::value, any.encoded());
  return pair.encoded();
}

std::string encoded(const AgentDescription& description) {
  using F = field::AgentDescription;
  Message<F> message;
  for (const auto& [key, value] : description.identifying) {
    message.message(F::identifying_attributes, text_attribute(key, value));
  }
  for (const auto& [key, value] : description.non_identifying) {
    message.message(F::non_identifying_attributes, text_attribute(key, value));
  }
  return message.encoded();
}

std::string encoded(const ComponentHealth& health) {
  using F = field::ComponentHealth;
  Message<F> message;
  message.number(F::healthy, health.healthy ? 1 : 0);
  message.time(F::start_time_unix_nano, health.start_time_ns);
  message.text(F::last_error, health.last_error);
  message.text(F::status, health.status);
  message.time(F::status_time_unix_nano, health.status_time_ns);
  for (const auto& [name, component] : health.components) {
    message.message(F::component_health_map, map_entry(name, encoded(component)));
  }
  return message.encoded();
}

std::string encoded(const ConfigFile& file) {
  Message<field::AgentConfigFile> message;
  message.bytes(field::AgentConfigFile::body, file.body);
  message.text(field::AgentConfigFile::content_type, file.content_type);
  return message.encoded();
}

std::string encoded(const ConfigMap& files) {
  Message<field::AgentConfigMap> message;
  for (const auto& [name, file] : files) {
    message.message(field::AgentConfigMap::config_map, map_entry(name, encoded(file)));
  }
  return message.encoded();
}

std::string effective_config(const ConfigMap& files) {
  Message<field::EffectiveConfig> message;
  message.message(field::EffectiveConfig::config_map, encoded(files));
  return message.encoded();
}

std::string encoded(const RemoteConfigStatus& status) {
  using F = field::RemoteConfigStatus;
  Message<F> message;
  message.bytes(F::last_remote_config_hash, status.last_hash);
  message.number(F::status, static_cast<std::uint64_t>(status.state));
  message.text(F::error_message, status.error);
  return message.encoded();
}

std::string encoded(const RemoteConfig& config) {
  using F = field::AgentRemoteConfig;
  Message<F> message;
  message.message(F::config, encoded(config.files));
  message.bytes(F::config_hash, config.hash);
  return message.encoded();
}

std::string encoded(const ErrorResponse& error) {
  using F = field::ServerErrorResponse;
  Message<F> message;
  message.number(F::type, static_cast<std::uint64_t>(error.type));
  message.text(F::error_message, error.message);
  return message.encoded();
}

std::string encoded(const std::vector<std::string>& capabilities) {
  Message<field::CustomCapabilities> message;
  for (const auto& capability : capabilities) message.element(field::CustomCapabilities::capabilities, capability);
  return message.encoded();
}

std::string encoded(const CustomMessage& custom) {
  using F = field::CustomMessage;
  Message<F> message;
  message.text(F::capability, custom.capability);
  message.text(F::type, custom.type);
  message.bytes(F::data, custom.data);
  return message.encoded();
}

template <typename Field, typename Inner>
void add_present(Message<Field>& message, Field field, const std::optional<Inner>& inner) {
  if (inner) message.message(field, encoded(*inner));
}

}  // namespace

std::string encode(const AgentToServer& report) {
  using F = field::AgentToServer;
  Message<F> message;
  message.bytes(F::instance_uid, report.instance_uid);
  message.number(F::sequence_num, report.sequence_num);
  add_present(message, F::agent_description, report.description);
  message.number(F::capabilities, report.capabilities);
  add_present(message, F::health, report.health);
  if (report.effective_config) message.message(F::effective_config, effective_config(*report.effective_config));
  add_present(message, F::remote_config_status, report.remote_config_status);
  if (report.disconnect) message.message(F::agent_disconnect, "");
  message.number(F::flags, report.flags);
  add_present(message, F::custom_capabilities, report.custom_capabilities);
  add_present(message, F::custom_message, report.custom_message);
  return kWebSocketHeader + message.encoded();
}

std::string encode(const ServerToAgent& offer) {
  using F = field::ServerToAgent;
  Message<F> message;
  message.bytes(F::instance_uid, offer.instance_uid);
  add_present(message, F::error_response, offer.error);
  add_present(message, F::remote_config, offer.remote_config);
  message.number(F::flags, offer.flags);
  message.number(F::capabilities, offer.capabilities);
  add_present(message, F::custom_capabilities, offer.custom_capabilities);
  add_present(message, F::custom_message, offer.custom_message);
  return kWebSocketHeader + message.encoded();
}

}  // namespace oc::contracts::opamp
