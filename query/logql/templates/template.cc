#include "query/logql/templates/template.h"

#include "query/logql/templates/template_parser.h"
#include "query/logql/templates/template_run.h"

namespace oc::query {

struct Template::Impl {
  TemplateSource source;
  TemplateRegexes regexes;
};

Template::Template(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::compile(std::string_view text, std::string_view name) {
  auto impl = std::make_unique<Impl>();
  impl->source.name = name;
  impl->source.text = text;
  TemplateParser parser(impl->source.text, impl->source.name);
  OC_TRY_ASSIGN(impl->source.trees, parser.parse());
  return Template(std::move(impl));
}

Status Template::run(const TemplateLabels& labels, std::string_view line, Nanos time_ns, std::string& out) const {
  return TemplateRun(impl_->source, impl_->regexes, line, time_ns, out).run(labels);
}

}  // namespace oc::query
