// Reading protobuf that a stranger sent. Throws protozero::exception or Malformed, which decode.cc turns into an Error
// at its border; nothing else escapes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <protozero/pbf_message.hpp>

#include "base/clock.h"
#include "base/utf8.h"
#include "contracts/opamp/fields.h"

namespace oc::contracts::opamp {

class Malformed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Walks the fields of one message. A known field of another wire type is skipped like an unknown one, as protobuf's own
// parsers do; asking protozero for the wrong type would end the process.
template <typename Field>
class WireReader {
 public:
  explicit WireReader(const protozero::data_view& bytes) : message_(bytes) {}

  // Calls visit(tag, *this) for each field, which must take its value or skip it.
  template <typename Visit>
  void for_each(Visit visit) {
    while (message_.next()) visit(message_.tag(), *this);
  }
  void skip() { message_.skip(); }

  // Each reads the value, or leaves `value` alone where the wire type is another.
  void take(std::string& value, const char* name);  // `string` fields: must be UTF-8
  void take_bytes(std::string& value) {
    if (has(protozero::pbf_wire_type::length_delimited)) value = view();
  }
  template <typename Visit>
  void take_message(Visit visit) {
    if (has(protozero::pbf_wire_type::length_delimited)) visit(message_.get_view());
  }
  void take(std::uint64_t& value) {
    if (has(protozero::pbf_wire_type::varint)) value = message_.get_uint64();
  }
  void take(bool& value) {
    if (has(protozero::pbf_wire_type::varint)) value = message_.get_uint64() != 0;
  }
  void take_fixed(std::uint64_t& value) {
    if (has(protozero::pbf_wire_type::fixed64)) value = message_.get_fixed64();
  }
  // A time beyond what 64 signed bits of nanoseconds hold (year 2262) counts as unknown.
  void take_time(Nanos& value) {
    std::uint64_t raw = 0;
    take_fixed(raw);
    value = raw > static_cast<std::uint64_t>(INT64_MAX) ? 0 : static_cast<Nanos>(raw);
  }

 private:
  bool has(protozero::pbf_wire_type type) {
    if (message_.wire_type() == type) return true;
    message_.skip();
    return false;
  }
  std::string view() {
    const auto bytes = message_.get_view();
    return {bytes.data(), bytes.size()};
  }
  protozero::pbf_message<Field> message_;
};

template <typename Field, typename Visit>
void for_each_field(const protozero::data_view& bytes, Visit visit) {
  WireReader<Field>(bytes).for_each(visit);
}

template <typename Field>
void WireReader<Field>::take(std::string& value, const char* name) {
  if (!has(protozero::pbf_wire_type::length_delimited)) return;
  value = view();
  if (!is_utf8(value)) throw Malformed(std::string(name) + " is not UTF-8");
}

// map<string, M> travels as entries {key, value}; a missing value is an empty message.
template <typename Visit>
void read_map_entry(const protozero::data_view& bytes, Visit visit) {
  using F = field::MapEntry;
  std::string key;
  protozero::data_view value;
  for_each_field<F>(bytes, [&](F tag, auto& reader) {
    switch (tag) {
      case F::key:
        return reader.take(key, "a map's key");
      case F::value:
        return reader.take_message([&](const protozero::data_view& message) { value = message; });
      default:
        return reader.skip();
    }
  });
  visit(std::move(key), value);
}

// For counts of a hostile peer: refuses the element after the last allowed one.
inline void require_below(std::size_t count, std::size_t most, const char* what) {
  if (count >= most) throw Malformed(fmt::format("more than {} {}", most, what));
}

}  // namespace oc::contracts::opamp
