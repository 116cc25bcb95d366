// Go's text/template with the functions that Loki adds (its documentation: "LogQL template functions"), for line_format
// and label_format. A label is a field: {{ .level }}; an absent one reads as "".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace oc::query {

// The labels of one line. The texts must stay while a template runs.
class TemplateLabels {
 public:
  virtual ~TemplateLabels() = default;
  virtual std::string_view get(std::string_view name) const = 0;  // "" for an absent one
  // Sorted by name.
  virtual void each(const std::function<void(std::string_view name, std::string_view value)>& visit) const = 0;
};

class Template {
 public:
  // `name` appears in errors: Loki's are "line" for line_format and "label" for label_format. The error reads as Go's:
  // "template: line:1: unclosed action".
  static Result<Template> compile(std::string_view text, std::string_view name = "line");

  // Appends to `out`, also before an error. The error's message is what Loki writes to __error_details__. Thread-safe.
  Status run(const TemplateLabels& labels, std::string_view line, Nanos time_ns, std::string& out) const;

  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

 private:
  struct Impl;
  explicit Template(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc::query
