// Where in a record a value is: `body`, `body.a.b`, `attributes["dotted.key"].in`, `resource['x']`, as the official
// operators write it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/record/log_record.h"

namespace oc::collector {

class FieldPath {
 public:
  static Result<FieldPath> parse(std::string_view text);
  static FieldPath of(RecordRoot root) { return FieldPath(root, {}); }

  // nullptr: there is nothing. A null that is there is something.
  const Value* get(const LogRecord& record) const;
  // Maps on the way are made, and take the place of what is not a map. A map that is set is merged into the one that is
  // there. False: attributes and resource can only be maps. The path must outlive the record.
  bool set(LogRecord& record, Value value, Arena& arena) const;
  // As set(), of a map that is nobody else's: it may become the one that is there.
  void merge(LogRecord& record, Value own, Arena& arena) const;
  // Takes it out; nullptr: there was nothing. The value stays valid.
  const Value* take(LogRecord& record, Arena& arena) const;
  bool is_root() const { return keys_.empty(); }
  FieldPath parent() const { return FieldPath(root_, {keys_.begin(), keys_.end() - 1}); }  // of what is no root
  RecordRoot root() const { return root_; }

 private:
  FieldPath(RecordRoot root, std::vector<std::string> keys) : root_(root), keys_(std::move(keys)) {}
  RecordRoot root_;
  std::vector<std::string> keys_;
};

}  // namespace oc::collector
