// An OTLP AnyValue that can be built and changed. Text is viewed, lists and maps lie in an arena: both outlive it.
// Copying a Value copies the reference: use clone() before changing what another one holds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "contracts/otlp/any_value.h"

namespace oc::contracts::otlp {

struct Field;

struct Value {
  enum class Type : std::uint8_t { kNull, kBool, kInt, kDouble, kString, kBytes, kList, kMap };
  // A list that has more items than fit here has room for none but those.
  static constexpr std::uint32_t kMostCapacity = (1 << 24) - 1;
  Type type = Type::kNull;
  std::uint32_t capacity : 24 = 0;  // of the list or map
  std::uint32_t size = 0;           // of the text, list or map
  union {
    bool boolean;
    std::int64_t integer = 0;
    double number;
    const char* bytes;
    Value* list;
    Field* map;
  };

  static Value of(bool truth);
  static Value of(std::int64_t whole);
  static Value of(double real);
  static Value of(std::string_view string);
  static Value of(const char* string) { return of(std::string_view(string)); }  // else it would be a bool
  static Value of_bytes(std::string_view binary);
  static Value empty_list();
  static Value empty_map();
  static Value empty_map(std::size_t room, Arena& arena);  // so many fields need no more memory

  bool is_null() const { return type == Type::kNull; }
  bool is_string() const { return type == Type::kString; }
  bool is_map() const { return type == Type::kMap; }
  bool is_list() const { return type == Type::kList; }
  bool is_number() const { return type == Type::kInt || type == Type::kDouble; }
  std::string_view text() const { return {bytes, size}; }  // of a string or bytes
  double as_double() const { return type == Type::kInt ? static_cast<double>(integer) : number; }
  std::span<Value> items() const { return {list, size}; }
  std::span<Field> fields() const;

  // Of a map. nullptr: no such key.
  Value* find(std::string_view key) const;
  // Of a map. The key must outlive it, too.
  Value& set(std::string_view key, Value value, Arena& arena);
  Value& append(std::string_view key, Value value, Arena& arena);  // likewise; the key is not there yet
  bool erase(std::string_view key);                                // keeps the order of the others
  // Of a list.
  void push_back(Value value, Arena& arena);
};

struct Field {
  std::string_view key;
  Value value;
};
// A record has a dozen of them, a batch thousands: what they take is what is missing in the cache.
static_assert(sizeof(Value) == 16 && sizeof(Field) == 32);

// Deep, but for the text. `room`: so many fields more find place in it, if it is a map.
Value clone(const Value& value, Arena& arena, std::size_t room = 0);
Value from_view(const ValueView& view, Arena& arena);
// A map from elements that append_attribute() made; the text stays where it is.
Value attributes_from_wire(std::string_view elements, Arena& arena);
// Ints and doubles of the same value are equal; maps are equal whatever their order.
bool equal(const Value& one, const Value& other);
// As to_text(ValueView): what pdata's Value.AsString gives.
std::string to_text(const Value& value);
std::string to_json(const Value& value);

}  // namespace oc::contracts::otlp
