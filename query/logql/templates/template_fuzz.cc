// Any text is a template or none; a run of it ends, and writes no more than it may.
#include <cstdlib>
#include <string_view>

#include "query/logql/templates/template.h"
#include "query/logql/templates/template_limits.h"

namespace {

class FuzzedLabels : public oc::query::TemplateLabels {
 public:
  std::string_view get(std::string_view name) const override { return name == "a" ? "{\"b\":[1,2.5,null]}" : ""; }
  void each(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    visit("a", get("a"));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto compiled = oc::query::Template::compile(text);
  if (!compiled) return 0;
  std::string out;
  static_cast<void>(compiled->run(FuzzedLabels(), text, 1, out));
  if (out.size() > oc::query::kMaxTemplateBytes) std::abort();
  return 0;
}
