#include "contracts/config/config.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/yaml.h"
#include "contracts/config/key_table.h"
#include "contracts/config/references.h"
#include "contracts/config/suggestion.h"
#include "contracts/config/value.h"

namespace oc::contracts {

namespace {

constexpr std::size_t kLargestConfigFile = 1 << 20;  // some hundred times what anybody writes

// Walks the document along the table of keys. Depth is bounded by the table: what it does not know ends in an error.
class Loader {
 public:
  Loader(const std::string& file, Config& config) : file_(file), config_(config) {}

  // An empty section ("limits:" with all its keys commented out) changes nothing.
  Status section(const YAML::Node& node, const std::string& path) {
    if (node.IsNull()) return {};
    if (!node.IsMap()) return refuse(node, path, permanent("expected a mapping of keys").error());
    for (const auto& entry : node) OC_TRY(member(entry.first, entry.second, path));
    return {};
  }

 private:
  Status member(const YAML::Node& name_node, const YAML::Node& value, const std::string& section_path) {
    const std::string name = name_node.IsScalar() ? name_node.Scalar() : "";
    const std::string path = section_path.empty() ? name : section_path + "." + name;
    const bool one_step = !name.empty() && name.find('.') == std::string::npos;
    if (const Key* key = one_step ? find_key(path) : nullptr) return leaf(*key, value);
    if (one_step && !names_below(path).empty()) return section(value, path);
    return permanent(fmt::format("{}: unknown key '{}'", yaml::place(name_node, file_), name),
                     suggestion(name, names_below(section_path)));
  }

  Status leaf(const Key& key, const YAML::Node& value) {
    if (!takes_list(key.form)) return scalar(key, value);
    if (!value.IsSequence()) return refuse(value, key.path, refused(key).error());
    clear_list(key, config_);
    for (const auto& element : value) OC_TRY(scalar(key, element));
    return {};
  }

  Status scalar(const Key& key, const YAML::Node& value) {
    if (!value.IsScalar()) return refuse(value, key.path, refused(key).error());
    const auto text = expand_references(value.Scalar());
    if (!text) return refuse(value, key.path, text.error());
    const auto stored = store_value(key, *text, config_);
    return stored ? Status() : refuse(value, key.path, stored.error());
  }

  Status refuse(const YAML::Node& node, std::string_view path, const Error& error) {
    const auto place = yaml::place(node, file_);
    return in_context(error, path.empty() ? place : fmt::format("{}: {}", place, path));
  }

  const std::string& file_;
  Config& config_;
};

struct NamedEndpoint {
  std::string_view name;
  Endpoint* endpoint;
};

std::vector<NamedEndpoint> endpoints(Listen& listen) {
  return {{"listen.ui", &listen.ui},
          {"listen.opamp", &listen.opamp},
          {"listen.logs", &listen.logs},
          {"listen.collector_health", &listen.collector_health},
          {"listen.collector_metrics", &listen.collector_metrics}};
}

Status shift_ports(Listen& listen, int offset) {
  for (const auto& [name, endpoint] : endpoints(listen)) {
    const long long port = static_cast<long long>(endpoint->port) + offset;
    if (port < 1 || port > 65535) {
      return permanent(fmt::format("{}: port {} shifted by {} is not a port", name, endpoint->port, offset),
                       "choose a --port-offset that keeps every port between 1 and 65535");
    }
    endpoint->port = static_cast<std::uint16_t>(port);
  }
  return {};
}

Status require_distinct(Listen& listen) {
  const auto all = endpoints(listen);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (*all[i].endpoint == *all[j].endpoint) {
        return permanent(fmt::format("{} and {} are both {}", all[j].name, all[i].name, all[i].endpoint->text()),
                         "give each a port of its own");
      }
    }
  }
  return {};
}

Status finish(Config& config, int port_offset) {
  OC_TRY(shift_ports(config.listen, port_offset));
  return require_distinct(config.listen);
}

}  // namespace

std::string Config::logs_base_url() const { return embedded_backend() ? "http://" + listen.logs.text() : logs_url; }

Result<Config> parse_config(std::string_view yaml, const std::string& file_for_messages, int port_offset) {
  OC_TRY_ASSIGN(const YAML::Node document, yaml::parse(yaml, file_for_messages));
  Config config;
  OC_TRY(Loader(file_for_messages, config).section(document, ""));
  if (auto finished = finish(config, port_offset); !finished) return in_context(finished.error(), file_for_messages);
  return config;
}

Result<Config> load_config(const std::filesystem::path& file, int port_offset) {
  if (file.empty()) {
    Config config;
    OC_TRY(finish(config, port_offset));
    return config;
  }
  auto text = read_file(file, kLargestConfigFile);
  if (!text) return in_context(std::move(text).error(), "reading the config");
  OC_TRY_ASSIGN(auto config, parse_config(*text, file.string(), port_offset));
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (!config.overlay.empty()) config.overlay = (folder / config.overlay).string();
  if (config.collector_executable.find('/') != std::string::npos)
    config.collector_executable = (folder / config.collector_executable).string();
  return config;
}

}  // namespace oc::contracts
