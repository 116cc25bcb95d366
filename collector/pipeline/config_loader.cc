#include "collector/pipeline/config_loader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/log.h"

namespace oc::collector {

namespace {

// A config is written by people or rendered for at most some 10,000 sources; beyond this a wrong file was named.
constexpr std::size_t kMaxConfigBytes = 64 << 20;
// References in values of references: deep enough for indirection, and it ends a file that refers to itself.
constexpr int kMaxReferenceDepth = 8;

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return c == '_' || (c | 0x20) - 'a' + 0u < 26u; };
  const auto in_name = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && std::ranges::all_of(name, in_name);
}

// "file:…", "env:…" or "yaml:…"; empty where no scheme stands in front. A default (":-") is none.
std::string_view scheme_of(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos || uri.substr(colon).starts_with(":-")) return {};
  return uri.substr(0, colon);
}

Result<std::string> resolve_variable(std::string_view name, std::string_view reference, const std::string& place,
                                     const EnvironmentLookup& environment) {
  std::optional<std::string> fallback;
  if (const auto split = name.find(":-"); split != std::string_view::npos) {
    fallback = std::string(name.substr(split + 2));
    name = name.substr(0, split);
  }
  if (name.empty()) return permanent(fmt::format("{}: '{}' names no variable", place, reference));
  if (!is_variable_name(name))
    return permanent(fmt::format("{}: the environment variable '{}' has an invalid name", place, name),
                     "letters, digits and _, not beginning with a digit; write $$ for a dollar sign");
  if (auto set = environment(std::string(name))) return *set;
  if (!fallback) log::warn("{}: the environment variable {} is not set: its value is empty", place, name);
  return fallback.value_or("");
}

Result<std::string> resolve(std::string_view reference, const std::string& place,
                            const EnvironmentLookup& environment) {
  const auto scheme = scheme_of(reference);
  const auto rest = scheme.empty() ? reference : reference.substr(scheme.size() + 1);
  if (scheme.empty() || scheme == "env") return resolve_variable(rest, reference, place, environment);
  if (scheme == "yaml") return std::string(rest);
  if (scheme == "file") {
    auto content = read_file(std::string(rest), kMaxConfigBytes);
    if (!content) return in_context(content.error(), place);
    return content;
  }
  return permanent(fmt::format("{}: unknown reference scheme '{}' in '{}'", place, scheme, reference),
                   "use env:NAME, env:NAME:-default, file:PATH or yaml:TEXT; write $$ for a dollar sign");
}

struct Reference {
  std::size_t begin = 0, end = 0;  // of "${…}" in the text
};

// The first whole "${…}" at or after `from`, with what is nested in it; `$$` is skipped over.
std::optional<Reference> find_reference(std::string_view text, std::size_t from) {
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const auto next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '$' && next == '$') {
      ++i;
    } else if (text[i] == '$' && next == '{') {
      if (depth++ == 0) begin = i;
      ++i;
    } else if (text[i] == '}' && depth > 0 && --depth == 0) {
      return Reference{begin, i + 1};
    }
  }
  return std::nullopt;
}

std::string unescape_dollars(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$') ++i;
  }
  return plain;
}

Status expand(ConfigValue& value, const EnvironmentLookup& environment, int depth);

Status too_deep(const std::string& place) {
  return permanent(fmt::format("{}: references nested deeper than {}", place, kMaxReferenceDepth));
}

// What the text reads as, its references put in as text.
Result<std::string> expand_text(std::string_view text, const std::string& place, const EnvironmentLookup& environment,
                                int depth) {
  if (depth > kMaxReferenceDepth) return std::unexpected(too_deep(place).error());
  std::string expanded;
  std::size_t done = 0;
  for (auto found = find_reference(text, 0); found; found = find_reference(text, done)) {
    expanded += unescape_dollars(text.substr(done, found->begin - done));
    const auto inside = text.substr(found->begin + 2, found->end - found->begin - 3);
    OC_TRY_ASSIGN(const std::string name, expand_text(inside, place, environment, depth + 1));
    OC_TRY_ASSIGN(const std::string content, resolve(name, place, environment));
    OC_TRY_ASSIGN(const std::string plain, expand_text(content, place, environment, depth + 1));
    expanded += plain;
    done = found->end;
  }
  return expanded + unescape_dollars(text.substr(done));
}

Status expand_scalar(ConfigValue& value, const EnvironmentLookup& environment, int depth) {
  const std::string text = value.scalar, place = value.place;
  const auto first = find_reference(text, 0);
  if (depth > kMaxReferenceDepth) return too_deep(place);
  if (first && first->begin == 0 && first->end == text.size()) {
    const auto inside = std::string_view(text).substr(2, text.size() - 3);
    OC_TRY_ASSIGN(const std::string name, expand_text(inside, place, environment, depth + 1));
    OC_TRY_ASSIGN(const std::string content, resolve(name, place, environment));
    // What is no YAML is a text.
    auto parsed = parse_config_text(content, place);
    value = parsed ? std::move(*parsed) : ConfigValue{.kind = ConfigValue::Kind::kScalar, .quoted = true};
    if (value.kind == ConfigValue::Kind::kScalar) value.scalar = content;
    value.place = place;
    value.expanded = true;
    return expand(value, environment, depth + 1);
  }
  OC_TRY_ASSIGN(value.scalar, expand_text(text, place, environment, depth));
  value.quoted |= first.has_value();
  return {};
}

Status expand(ConfigValue& value, const EnvironmentLookup& environment, int depth) {
  if (value.kind == ConfigValue::Kind::kScalar) return expand_scalar(value, environment, depth);
  for (auto& item : value.items) OC_TRY(expand(item, environment, depth));
  for (auto& field : value.fields) OC_TRY(expand(field.value, environment, depth));
  return {};
}

bool is_scheme(std::string_view text) {
  const auto in_scheme = [](char c) { return (c | 0x20) - 'a' + 0u < 26u || c == '+' || c == '.' || c == '-'; };
  return text.size() > 1 && std::ranges::all_of(text, in_scheme);
}

// The YAML that a --config names: a file, or one of the references that a value may hold. `name` becomes what
// messages call it.
Result<std::string> read_config_source(const std::string& source, std::string& name,
                                       const EnvironmentLookup& environment) {
  const auto scheme = scheme_of(source);
  name = source;
  if (scheme == "env" || scheme == "yaml") {
    name = scheme == "yaml" ? "yaml:" : source;
    return resolve(source, "--config", environment);
  }
  if (scheme == "file") name = source.substr(scheme.size() + 1);
  std::error_code ignored;
  if (scheme != "file" && is_scheme(scheme) && !std::filesystem::exists(source, ignored))
    return resolve(source, "--config", environment);
  return read_file(name, kMaxConfigBytes);
}

// "a::b: x" is a: {b: x}, as in the official collector.
void nest_keys(ConfigValue& root) {
  ConfigValue nested = root;
  nested.fields.clear();
  for (auto& field : root.fields) {
    auto key = std::string_view(field.key);
    ConfigValue wrapped = std::move(field.value);
    for (auto split = key.rfind("::"); split != std::string_view::npos; split = key.rfind("::")) {
      ConfigValue outer{.kind = ConfigValue::Kind::kMap, .place = field.place};
      outer.fields.push_back({std::string(key.substr(split + 2)), field.place, std::move(wrapped)});
      wrapped = std::move(outer);
      key = key.substr(0, split);
    }
    ConfigValue one{.kind = ConfigValue::Kind::kMap, .place = root.place};
    one.fields.push_back({std::string(key), field.place, std::move(wrapped)});
    merge_config(nested, std::move(one));
  }
  root = std::move(nested);
}

}  // namespace

EnvironmentLookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Status expand_references(ConfigValue& value, const EnvironmentLookup& environment) {
  return expand(value, environment, 0);
}

Result<LoadedConfig> load_config_files(const std::vector<std::string>& sources, const EnvironmentLookup& environment) {
  if (sources.empty()) return permanent("no config file was named", "give one with --config FILE");
  LoadedConfig loaded;
  std::string all_bytes;
  for (const auto& source : sources) {
    std::string name;
    OC_TRY_ASSIGN(const std::string bytes, read_config_source(source, name, environment));
    OC_TRY_ASSIGN(ConfigValue tree, parse_config_text(bytes, name));
    if (tree.kind != ConfigValue::Kind::kMap && tree.kind != ConfigValue::Kind::kNull)
      return permanent(fmt::format("{}: the YAML is not a map", tree.place), "a config is a map of sections");
    OC_TRY(expand_references(tree, environment));
    all_bytes += bytes;
    nest_keys(tree);
    if (loaded.root.kind == ConfigValue::Kind::kNull) {
      loaded.root = std::move(tree);
    } else if (tree.is_map()) {
      merge_config(loaded.root, std::move(tree));
    }
  }
  loaded.hash = stable_hash(all_bytes);
  return loaded;
}

}  // namespace oc::collector
