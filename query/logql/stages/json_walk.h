// The fields of a JSON line, with the names that they have as labels: those of nested objects are named by their path.
#pragma once

#include <string>
#include <string_view>

#include "query/logql/label_hints.h"
#include "query/logql/stages/field_text.h"
#include "query/logql/stages/json_scan.h"
#include "query/logql/stages/json_text.h"

namespace oc::query {

// Keeps its memory from line to line. `hints` must outlive it.
class JsonWalk {
 public:
  enum class End { kWhole, kStopped, kDamaged, kCutOff };

  explicit JsonWalk(const LabelHints& hints) : hints_(hints) {}

  // Calls visit(path, value) for each field that can be a label, until it returns false. `is_whole`: nothing that
  // matters is missing behind the text; else kCutOff where it might.
  template <typename Visit>
  End run(std::string_view text, bool is_whole, Visit visit) {
    path_.clear();
    error_ = {};
    is_whole_ = is_whole;
    JsonScanner scanner(text);
    return walk(scanner, 0, visit);
  }
  std::string_view error() const { return error_; }  // of the last line, where it ended kDamaged

 private:
  static constexpr int kMaxDepth = 128;  // no logger nests deeper, and each level costs a stack frame

  template <typename Visit>
  End walk(JsonScanner& scanner, int depth, Visit& visit) {
    if (depth > kMaxDepth) return fail(kMalformedJson);
    const bool is_object = scanner.enter('{');
    JsonValue value;
    while (is_object) {
      const auto key = scanner.next_member(value);
      if (depth == 0 && !is_whole_ && scanner.at_end()) return End::kCutOff;
      if (!key) break;
      const auto path_length = path_.size();
      const auto end = take_member(*key, value, depth, visit);
      path_.resize(path_length);
      if (end != End::kWhole) return end;
    }
    if (depth == 0 && !is_whole_ && scanner.at_end()) return End::kCutOff;
    return scanner.error().empty() ? End::kWhole : fail(scanner.error());
  }

  template <typename Visit>
  End take_member(std::string_view key, const JsonValue& value, int depth, Visit& visit) {
    const auto name = text_.unescaped(key);
    if (name.empty() && !key.empty()) return fail(kMalformedEscape);
    append_label_name(path_, name);
    if (value.kind == JsonValue::Kind::kObject) {
      if (!hints_.wants_prefix(path_)) return End::kWhole;
      JsonScanner inner(value.text);
      return walk(inner, depth + 1, visit);
    }
    const bool is_label = value.kind != JsonValue::Kind::kNull && value.kind != JsonValue::Kind::kArray;
    if (!is_label || path_.empty()) return End::kWhole;
    return visit(std::string_view(path_), value) ? End::kWhole : End::kStopped;
  }

  End fail(std::string_view error) {
    error_ = error;
    return End::kDamaged;
  }

  const LabelHints& hints_;
  std::string path_;
  JsonText text_;
  bool is_whole_ = true;
  std::string_view error_;
};

}  // namespace oc::query
