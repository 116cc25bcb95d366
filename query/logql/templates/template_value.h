// Values of a template while it runs, with the types that Go would give them: their names appear in errors and in
// printf's output. A value is a view; what it points to belongs to the labels, to the template, or to the run's memory.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/templates/go_time.h"

namespace oc::query {

class TemplateLabels;
class TemplateValue;
using TemplateList = std::vector<TemplateValue>;
using TemplateMap = std::map<std::string, TemplateValue, std::less<>>;

class TemplateValue {
 public:
  enum class Type {
    kNone,  // no value at all, as of a pipeline that gave nil
    kNil,   // an interface {} that holds nothing, as an absent field of a JSON object
    kBool,
    kInt,
    kInt64,
    kUint8,
    kFloat,
    kString,
    kTime,
    kList,    // []interface {}
    kMap,     // map[string]interface {}
    kLabels,  // map[string]string
  };

  TemplateValue() = default;
  static TemplateValue nil() { return TemplateValue(Type::kNil); }
  static TemplateValue boolean(bool value);
  static TemplateValue integer(std::int64_t value, Type type = Type::kInt);
  static TemplateValue number(double value);
  static TemplateValue string(std::string_view value);
  static TemplateValue time(const GoTime& value);
  static TemplateValue list(const TemplateList* value);
  static TemplateValue map(const TemplateMap* value);
  static TemplateValue labels(const TemplateLabels* value);

  Type type() const { return type_; }
  bool is(Type type) const { return type_ == type; }
  bool is_nothing() const { return type_ == Type::kNone || type_ == Type::kNil; }
  bool is_integer() const { return type_ == Type::kInt || type_ == Type::kInt64 || type_ == Type::kUint8; }
  bool is_text() const { return type_ == Type::kString; }

  // Each only for a value of that type.
  bool as_bool() const { return integer_ != 0; }
  std::int64_t as_integer() const { return integer_; }
  double as_number() const { return number_; }
  std::string_view as_string() const { return text_; }
  const GoTime& as_time() const { return time_; }
  const TemplateList& as_list() const { return *list_; }
  const TemplateMap& as_map() const { return *map_; }
  const TemplateLabels& as_labels() const { return *labels_; }

  // Held as interface {}, as what comes from JSON is: errors then name that in place of the type.
  TemplateValue in_interface() const;
  TemplateValue out_of_interface() const;    // nil becomes no value
  std::string_view type_name() const;        // "interface {}" where it is held as one
  std::string_view inner_type_name() const;  // of what it holds

  bool is_true() const;      // empty texts and lists, zero, false and nothing are not
  std::size_t size() const;  // of texts, lists and maps

 private:
  explicit TemplateValue(Type type) : type_(type), interface_(type == Type::kNil) {}

  Type type_ = Type::kNone;
  bool interface_ = false;
  std::int64_t integer_ = 0;
  double number_ = 0;
  std::string_view text_;
  GoTime time_;
  union {
    const TemplateList* list_ = nullptr;
    const TemplateMap* map_;
    const TemplateLabels* labels_;
  };
};

// What a run makes: it lives until the run ends, and there is a limit to it.
class TemplateMemory {
 public:
  Result<TemplateValue> string(std::string value);
  Result<TemplateValue> list(TemplateList value);
  Result<TemplateValue> map(TemplateMap value);
  // Before so much is made.
  Status check(std::size_t more_bytes) const;
  Status add(std::size_t bytes);

 private:
  std::deque<std::string> strings_;
  std::deque<TemplateList> lists_;
  std::deque<TemplateMap> maps_;
  std::size_t bytes_ = 0;
};

std::size_t label_count(const TemplateLabels& labels);

}  // namespace oc::query
