// One record as expressions, conditions, operators and processors see it, whether it is still a line of its file or has
// been changed before. It is a working copy: what it holds is shared with its batch until it is changed.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "base/clock.h"
#include "contracts/otlp/log_writer.h"

namespace oc::collector {

using contracts::otlp::Value;

enum class RecordRoot : std::uint8_t { kBody, kAttributes, kResource };

// What all records of a stream share.
struct LogOrigin {
  Value resource;
  std::string_view scope_name;  // empty: the stream's
};

class LogRecord {
 public:
  const Value& root(RecordRoot which) const { return roots_[static_cast<int>(which)]; }
  const Value& body() const { return root(RecordRoot::kBody); }
  const Value& attributes() const { return root(RecordRoot::kAttributes); }
  const Value& resource() const { return root(RecordRoot::kResource); }

  // To be changed in place; its own from now on. `room`: so many fields are about to be added to a map.
  Value& change(RecordRoot which, Arena& arena, std::size_t room = 0) {
    Value& value = roots_[static_cast<int>(which)];
    const auto bit = static_cast<std::uint8_t>(1 << static_cast<int>(which));
    if (!(owned_ & bit)) value = contracts::otlp::clone(value, arena, room);
    owned_ |= bit;
    changed_ = true;
    return value;
  }
  // Another one of the same content: changing one leaves the other as it is.
  LogRecord copy(Arena& arena) const {
    LogRecord made = *this;
    for (int i = 0; i < 3; ++i)
      if (owned_ & 1 << i) made.roots_[i] = contracts::otlp::clone(roots_[i], arena);
    return made;
  }
  // By what is nobody else's.
  void replace(RecordRoot which, Value own) {
    roots_[static_cast<int>(which)] = own;
    owned_ |= static_cast<std::uint8_t>(1 << static_cast<int>(which));
    changed_ = true;
  }
  void set_time(Nanos time_ns) {
    time_ns_ = time_ns;
    changed_ = true;
  }
  void set_severity(std::int32_t number, std::string_view text) {
    severity_number_ = number;
    severity_text_ = text;
    changed_ = true;
  }

  // Lives as long as what is put into the record.
  void set_scope_name(std::string_view name) {
    scope_name_ = name;
    changed_ = true;
  }

  // To be changed in place; its own from now on.
  contracts::otlp::LogContext& change_context(Arena& arena) {
    changed_ = true;
    auto* own = new (arena.array<contracts::otlp::LogContext>(1)) contracts::otlp::LogContext(context());
    context_ = own;
    return *own;
  }

  Nanos time_ns() const { return time_ns_; }  // 0: not known
  Nanos observed_ns() const { return observed_ns_; }
  std::int32_t severity_number() const { return severity_number_; }
  std::string_view severity_text() const { return severity_text_; }
  const contracts::otlp::LogContext& context() const {
    static constexpr contracts::otlp::LogContext kNone;
    return context_ ? *context_ : kNone;
  }
  // The bytes of its line that are no UTF-8, as long as the body is what became of them; else nothing.
  std::string_view invalid_line() const {
    return invalid_line_ && body().is_string() && body().bytes == invalid_line_->repaired ? invalid_line_->bytes
                                                                                          : std::string_view();
  }
  bool changed() const { return changed_; }
  bool origin_changed() const {
    return (owned_ & 1 << static_cast<int>(RecordRoot::kResource)) != 0 || !scope_name_.empty();
  }
  LogOrigin origin() const { return {resource(), scope_name_}; }

  contracts::otlp::LogFields fields() const {
    return {body(), attributes(), time_ns_, severity_number_, severity_text_, context_};
  }

 private:
  friend class BatchReader;
  struct InvalidLine {
    std::string_view bytes;
    const char* repaired;
  };
  Value roots_[3];
  Nanos time_ns_ = 0;
  Nanos observed_ns_ = 0;
  std::int32_t severity_number_ = 0;
  std::string_view severity_text_, scope_name_;
  const contracts::otlp::LogContext* context_ = nullptr;
  const InvalidLine* invalid_line_ = nullptr;
  std::uint8_t owned_ = 0;
  bool changed_ = false;
};

}  // namespace oc::collector
