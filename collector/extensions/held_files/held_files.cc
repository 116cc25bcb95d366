#include "collector/extensions/held_files/held_files.h"

#include "collector/pipeline/config_reader.h"
#include "collector/receivers/file_log/held_files.h"

namespace oc::collector {

namespace {

struct HeldFilesConfig : ComponentConfig {
  std::vector<Glob> include;
};

class HeldFilesExtension final : public Extension {
 public:
  HeldFilesExtension(HeldFilesConfig config, const Host& host) : config_(std::move(config)), host_(host) {}
  Status start() override {
    held_ = held_files(host_);
    return held_->watch(this, config_.include);
  }
  void stop() override { held_->unwatch(this); }

 private:
  const HeldFilesConfig config_;
  const Host host_;
  std::shared_ptr<HeldFiles> held_;
};

Result<std::shared_ptr<const ComponentConfig>> parse_held_files(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<HeldFilesConfig>();
  ConfigReader reader(value, id.text());
  std::vector<std::string> patterns;
  reader.text_list("include", patterns);
  if (patterns.empty()) reader.fail("include", "'include' must name at least one pattern");
  for (const auto& pattern : patterns) {
    auto glob = Glob::parse(pattern);
    if (glob)
      config->include.push_back(*std::move(glob));
    else
      reader.fail("include", "'include': " + glob.error().message, glob.error().next_step);
  }
  OC_TRY(reader.finish());
  return config;
}

}  // namespace

ExtensionFactory held_files_factory() {
  return {.type = "held_files",
          .aliases = {},
          .parse = parse_held_files,
          .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig> config,
                     const Host& host) -> std::shared_ptr<Extension> {
            return std::make_shared<HeldFilesExtension>(static_cast<const HeldFilesConfig&>(*config), host);
          }};
}

}  // namespace oc::collector
