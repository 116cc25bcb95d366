#include "collector/operators/move.h"

#include "collector/operators/parser_keys.h"

namespace oc::collector {

namespace {

std::unexpected<Error> not_there() { return permanent("the field is not there"); }

Result<Fate> put(const FieldPath& to, LogRecord& record, const Value& value, Arena& arena) {
  if (!to.set(record, value, arena)) return permanent("attributes and resource can only be set to a map");
  return Fate::kGoesOn;
}

struct Move final : Operator {
  std::optional<FieldPath> from, to;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const Value* taken = from->take(record, arena);
    if (!taken) return not_there();
    return put(*to, record, *taken, arena);
  }
};

struct Copy final : Operator {
  std::optional<FieldPath> from, to;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    const Value* value = from->get(record);
    if (!value) return not_there();
    return put(*to, record, contracts::otlp::clone(*value, arena), arena);
  }
};

struct Remove final : Operator {
  std::optional<FieldPath> field;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    if (!field->take(record, arena)) return not_there();
    return Fate::kGoesOn;
  }
};

template <typename Made>
std::shared_ptr<const Operator> parse_two(ConfigReader& reader) {
  auto made = std::make_shared<Made>();
  made->from = read_required_field(reader, "from");
  made->to = read_required_field(reader, "to");
  return made;
}

}  // namespace

std::shared_ptr<const Operator> parse_move(ConfigReader& reader) { return parse_two<Move>(reader); }
std::shared_ptr<const Operator> parse_copy(ConfigReader& reader) { return parse_two<Copy>(reader); }

std::shared_ptr<const Operator> parse_remove(ConfigReader& reader) {
  auto made = std::make_shared<Remove>();
  made->field = read_required_field(reader, "field", Roots::kAllowed);
  return made;
}

}  // namespace oc::collector
