// OTTL conditions on logs, as the `filter` processor takes them (and `transform` will): paths, comparisons, and, or,
// not, converters such as IsMatch(body, "^GET").
//   log.body  log.attributes["x"]["y"][0]  resource.attributes["x"]  log.severity_number  log.severity_text
//   log.time_unix_nano  log.observed_time_unix_nano  body.string; "log." may be missing
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "collector/record/log_record.h"

namespace oc::collector {

namespace ottl {
struct Node;
}

enum class OttlContext { kLog, kResource };  // whose paths need no prefix

class Condition {
 public:
  // Errors name the place, as (line:column).
  static Result<Condition> compile(std::string_view text, OttlContext context);

  // Thread-safe. An error: it cannot be worked out for this record, `error_mode` decides.
  Result<bool> test(const LogRecord& record, Arena& arena) const;
  const std::string& text() const { return text_; }

 private:
  Condition(std::string text, std::shared_ptr<const ottl::Node> root);
  std::string text_;
  std::shared_ptr<const ottl::Node> root_;
};

}  // namespace oc::collector
