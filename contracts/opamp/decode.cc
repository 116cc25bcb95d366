#include <fmt/format.h>
#include <protozero/varint.hpp>

#include "contracts/opamp/fields.h"
#include "contracts/opamp/messages.h"
#include "contracts/opamp/read_parts.h"

namespace oc::contracts::opamp {

namespace {

// The same as the WebSocket layer lets through; a snapshot of kMaxSourcesPerMessage sources fits.
constexpr std::size_t kMaxMessageBytes = 64 << 20;
constexpr std::size_t kInstanceUidBytes = 16;
AgentToServer read_agent_to_server(View bytes) {
  using F = field::AgentToServer;
  AgentToServer message;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::instance_uid:
        return reader.take_bytes(message.instance_uid);
      case F::sequence_num:
        return reader.take(message.sequence_num);
      case F::agent_description:
        return reader.take_message([&](View view) { message.description = read_description(view); });
      case F::capabilities:
        return reader.take(message.capabilities);
      case F::health:
        return reader.take_message([&](View view) { message.health = read_health(view); });
      case F::effective_config:
        return reader.take_message([&](View view) { message.effective_config = read_effective_config(view); });
      case F::remote_config_status:
        return reader.take_message([&](View view) { message.remote_config_status = read_remote_config_status(view); });
      case F::agent_disconnect:
        return reader.take_message([&](View) { message.disconnect = true; });
      case F::flags:
        return reader.take(message.flags);
      case F::custom_capabilities:
        return reader.take_message([&](View view) { message.custom_capabilities = read_custom_capabilities(view); });
      case F::custom_message:
        return reader.take_message([&](View view) { message.custom_message = read_custom_message(view); });
      default:
        return reader.skip();
    }
  });
  if (message.instance_uid.size() != kInstanceUidBytes) throw Malformed("instance_uid is not 16 bytes");
  return message;
}

ServerToAgent read_server_to_agent(View bytes) {
  using F = field::ServerToAgent;
  ServerToAgent message;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::instance_uid:
        return reader.take_bytes(message.instance_uid);
      case F::error_response:
        return reader.take_message([&](View view) { message.error = read_error(view); });
      case F::remote_config:
        return reader.take_message([&](View view) { message.remote_config = read_remote_config(view); });
      case F::flags:
        return reader.take(message.flags);
      case F::capabilities:
        return reader.take(message.capabilities);
      case F::custom_capabilities:
        return reader.take_message([&](View view) { message.custom_capabilities = read_custom_capabilities(view); });
      case F::custom_message:
        return reader.take_message([&](View view) { message.custom_message = read_custom_message(view); });
      default:
        return reader.skip();
    }
  });
  // The answer to a message that could not be read has no uid to name.
  const bool unnamed_error = message.instance_uid.empty() && message.error.has_value();
  if (message.instance_uid.size() != kInstanceUidBytes && !unnamed_error) {
    throw Malformed("instance_uid is not 16 bytes");
  }
  return message;
}

View without_header(std::string_view bytes) {
  if (bytes.size() > kMaxMessageBytes) {
    throw Malformed(fmt::format("{} bytes, at most {} are read", bytes.size(), kMaxMessageBytes));
  }
  const char* begin = bytes.data();
  const char* end = bytes.data() + bytes.size();
  if (protozero::decode_varint(&begin, end) != 0) throw Malformed("the header is not 0, the only one OpAMP knows");
  return {begin, static_cast<std::size_t>(end - begin)};
}

template <typename Read>
auto decode(std::string_view bytes, const char* name, Read read) -> Result<decltype(read(View()))> {
  try {
    return read(without_header(bytes));
  } catch (const Malformed& error) {
    return permanent(fmt::format("{}: {}", name, error.what()));
  } catch (const protozero::exception& error) {
    return permanent(fmt::format("{}: not a protobuf message: {}", name, error.what()));
  }
}

}  // namespace

Result<AgentToServer> decode_agent_to_server(std::string_view bytes) {
  return decode(bytes, "AgentToServer", read_agent_to_server);
}

Result<ServerToAgent> decode_server_to_agent(std::string_view bytes) {
  return decode(bytes, "ServerToAgent", read_server_to_agent);
}

}  // namespace oc::contracts::opamp
