#include "query/logql/templates/template_value.h"

#include <utility>

#include <fmt/format.h>

#include "query/logql/templates/template.h"
#include "query/logql/templates/template_limits.h"

namespace oc::query {

TemplateValue TemplateValue::boolean(bool value) {
  TemplateValue made(Type::kBool);
  made.integer_ = value ? 1 : 0;
  return made;
}

TemplateValue TemplateValue::integer(std::int64_t value, Type type) {
  TemplateValue made(type);
  made.integer_ = value;
  return made;
}

TemplateValue TemplateValue::number(double value) {
  TemplateValue made(Type::kFloat);
  made.number_ = value;
  return made;
}

TemplateValue TemplateValue::string(std::string_view value) {
  TemplateValue made(Type::kString);
  made.text_ = value;
  return made;
}

TemplateValue TemplateValue::time(const GoTime& value) {
  TemplateValue made(Type::kTime);
  made.time_ = value;
  return made;
}

TemplateValue TemplateValue::list(const TemplateList* value) {
  TemplateValue made(Type::kList);
  made.list_ = value;
  return made;
}

TemplateValue TemplateValue::map(const TemplateMap* value) {
  TemplateValue made(Type::kMap);
  made.map_ = value;
  return made;
}

TemplateValue TemplateValue::labels(const TemplateLabels* value) {
  TemplateValue made(Type::kLabels);
  made.labels_ = value;
  return made;
}

TemplateValue TemplateValue::in_interface() const {
  auto held = *this;
  held.interface_ = true;
  return held;
}

TemplateValue TemplateValue::out_of_interface() const {
  if (is(Type::kNil)) return {};
  auto inner = *this;
  inner.interface_ = false;
  return inner;
}

std::string_view TemplateValue::type_name() const { return interface_ ? "interface {}" : inner_type_name(); }

std::string_view TemplateValue::inner_type_name() const {
  switch (type_) {
    case Type::kNone:
    case Type::kNil:
      return "interface {}";
    case Type::kBool:
      return "bool";
    case Type::kInt:
      return "int";
    case Type::kInt64:
      return "int64";
    case Type::kUint8:
      return "uint8";
    case Type::kFloat:
      return "float64";
    case Type::kString:
      return "string";
    case Type::kTime:
      return "time.Time";
    case Type::kList:
      return "[]interface {}";
    case Type::kMap:
      return "map[string]interface {}";
    case Type::kLabels:
      return "map[string]string";
  }
  return {};
}

bool TemplateValue::is_true() const {
  switch (type_) {
    case Type::kNone:
    case Type::kNil:
      return false;
    case Type::kBool:
    case Type::kInt:
    case Type::kInt64:
    case Type::kUint8:
      return integer_ != 0;
    case Type::kFloat:
      return number_ != 0;
    case Type::kTime:
      return true;
    default:
      return size() > 0;
  }
}

std::size_t TemplateValue::size() const {
  if (is(Type::kList)) return list_->size();
  if (is(Type::kMap)) return map_->size();
  return is(Type::kLabels) ? label_count(*labels_) : text_.size();
}

Status TemplateMemory::check(std::size_t more_bytes) const {
  if (more_bytes <= kMaxTemplateBytes - bytes_) return {};
  return permanent(fmt::format("the template makes more than {} bytes", kMaxTemplateBytes));
}

Status TemplateMemory::add(std::size_t bytes) {
  OC_TRY(check(bytes));
  bytes_ += bytes;
  return {};
}

Result<TemplateValue> TemplateMemory::string(std::string value) {
  OC_TRY(add(value.size()));
  return TemplateValue::string(strings_.emplace_back(std::move(value)));
}

Result<TemplateValue> TemplateMemory::list(TemplateList value) {
  OC_TRY(add(value.size() * sizeof(TemplateValue)));
  return TemplateValue::list(&lists_.emplace_back(std::move(value)));
}

Result<TemplateValue> TemplateMemory::map(TemplateMap value) {
  OC_TRY(add(value.size() * sizeof(TemplateMap::value_type)));
  return TemplateValue::map(&maps_.emplace_back(std::move(value)));
}

std::size_t label_count(const TemplateLabels& labels) {
  std::size_t count = 0;
  labels.each([&](std::string_view, std::string_view) { ++count; });
  return count;
}

}  // namespace oc::query
