// Walking protobuf messages by field number and wire type; a field of another wire type is skipped like an unknown one.
// Only .cc files of this folder include it: protozero throws, and they catch at their border.
#pragma once

#include <string_view>

#include <protozero/pbf_reader.hpp>

#include "contracts/otlp/fields.h"

namespace oc::contracts::otlp::wire {

using Type = protozero::pbf_wire_type;

template <typename Field>
constexpr std::uint32_t field(Field number, Type type) {
  return protozero::tag_and_type(static_cast<protozero::pbf_tag_type>(number), type);
}

inline protozero::pbf_reader reader(std::string_view bytes) {
  return protozero::pbf_reader(bytes.data(), bytes.size());
}

inline std::string_view bytes(protozero::pbf_reader& in) {
  const protozero::data_view view = in.get_view();
  return {view.data(), view.size()};
}

}  // namespace oc::contracts::otlp::wire
