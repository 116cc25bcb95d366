#include "collector/pipeline/config_loader.h"

#include <cstdlib>

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

Result<std::string> resolve(std::string_view reference, const std::string& place,
                            const EnvironmentLookup& environment) {
  if (reference.starts_with("file:")) {
    auto content = read_file(std::string(reference.substr(5)), kMaxConfigBytes);
    if (!content) return in_context(content.error(), place);
    return content;
  }
  const auto colon = reference.find(':');
  const bool has_scheme = colon != std::string_view::npos && !reference.substr(colon).starts_with(":-");
  if (has_scheme && reference.substr(0, colon) != "env")
    return permanent(
        fmt::format("{}: unknown reference scheme '{}' in '${{{}}}'", place, reference.substr(0, colon), reference),
        "use ${env:NAME}, ${env:NAME:-default} or ${file:PATH}; write $$ for a dollar sign");
  std::string_view name = has_scheme ? reference.substr(colon + 1) : reference;
  std::optional<std::string> fallback;
  if (const auto split = name.find(":-"); split != std::string_view::npos) {
    fallback = std::string(name.substr(split + 2));
    name = name.substr(0, split);
  }
  if (name.empty()) return permanent(fmt::format("{}: '${{{}}}' names no variable", place, reference));
  if (auto set = environment(std::string(name))) return *set;
  if (!fallback) log::warn("{}: the environment variable {} is not set: its value is empty", place, name);
  return fallback.value_or("");
}

struct Reference {
  std::size_t begin = 0, end = 0;  // of "${…}" in the text
};

// The first innermost-closed "${…}" at or after `from`; `$$` is skipped over.
std::optional<Reference> find_reference(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    if (text[i] != '$') continue;
    if (text[i + 1] == '$') {
      ++i;
    } else if (text[i + 1] == '{') {
      const auto end = text.find('}', i);
      if (end == std::string_view::npos) return std::nullopt;
      return Reference{i, end + 1};
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

Status expand_scalar(ConfigValue& value, const EnvironmentLookup& environment, int depth) {
  const std::string text = value.scalar;
  const auto first = find_reference(text, 0);
  if (depth > kMaxReferenceDepth)
    return permanent(fmt::format("{}: references nested deeper than {}", value.place, kMaxReferenceDepth));
  if (first && first->begin == 0 && first->end == text.size()) {
    OC_TRY_ASSIGN(const std::string content, resolve(text.substr(2, text.size() - 3), value.place, environment));
    const std::string place = value.place;
    OC_TRY_ASSIGN(value, parse_config_text(content, place));
    if (value.kind == ConfigValue::Kind::kScalar) value.scalar = content;
    value.place = place;
    return expand(value, environment, depth + 1);
  }
  std::string expanded;
  std::size_t done = 0;
  for (auto found = first; found; found = find_reference(text, done)) {
    expanded += unescape_dollars(std::string_view(text).substr(done, found->begin - done));
    const auto inner = text.substr(found->begin + 2, found->end - found->begin - 3);
    OC_TRY_ASSIGN(const std::string content, resolve(inner, value.place, environment));
    expanded += content;
    done = found->end;
  }
  value.scalar = expanded + unescape_dollars(std::string_view(text).substr(done));
  return {};
}

Status expand(ConfigValue& value, const EnvironmentLookup& environment, int depth) {
  if (value.kind == ConfigValue::Kind::kScalar) return expand_scalar(value, environment, depth);
  for (auto& item : value.items) OC_TRY(expand(item, environment, depth));
  for (auto& field : value.fields) OC_TRY(expand(field.value, environment, depth));
  return {};
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

Result<LoadedConfig> load_config_files(const std::vector<std::string>& files, const EnvironmentLookup& environment) {
  if (files.empty()) return permanent("no config file was named", "give one with --config FILE");
  LoadedConfig loaded;
  std::string all_bytes;
  for (const auto& file : files) {
    OC_TRY_ASSIGN(const std::string bytes, read_file(file, kMaxConfigBytes));
    OC_TRY_ASSIGN(ConfigValue tree, parse_config_text(bytes, file));
    OC_TRY(expand_references(tree, environment));
    all_bytes += bytes;
    if (loaded.root.kind == ConfigValue::Kind::kNull) {
      loaded.root = std::move(tree);
    } else {
      merge_config(loaded.root, std::move(tree));
    }
  }
  loaded.hash = stable_hash(all_bytes);
  return loaded;
}

}  // namespace oc::collector
