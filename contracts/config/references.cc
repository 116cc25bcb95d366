#include "contracts/config/references.h"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"

namespace oc::contracts {

namespace {

constexpr std::size_t kLargestReferencedFile = 64 << 10;  // a secret or a list of names, not data

Result<std::string> environment_value(std::string_view reference) {
  const auto separator = reference.find(":-");
  const std::string name(reference.substr(0, separator));
  const char* value = std::getenv(name.c_str());
  if (separator != std::string_view::npos && (value == nullptr || *value == '\0')) {
    return std::string(reference.substr(separator + 2));
  }
  if (value == nullptr) {
    return permanent(fmt::format("the environment variable '{}' is not set", name),
                     fmt::format("set it, or give a default: ${{env:{}:-default}}", name));
  }
  return std::string(value);
}

Result<std::string> file_value(std::string_view reference) {
  const std::filesystem::path path(reference);
  if (!path.is_absolute()) return permanent(fmt::format("'{}' is not an absolute path", reference));
  // Opening a pipe or a device could wait for ever.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return permanent(fmt::format("{} is not a file that can be read", path.string()));
  }
  OC_TRY_ASSIGN(auto content, read_file(path, kLargestReferencedFile));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  return content;
}

Result<std::string> value_of(std::string_view reference) {
  if (reference.starts_with("env:")) return environment_value(reference.substr(4));
  if (reference.starts_with("file:")) return file_value(reference.substr(5));
  return permanent(fmt::format("unknown reference '${{{}}}'", reference),
                   "known are ${env:NAME}, ${env:NAME:-default} and ${file:PATH}; $${ stands for ${");
}

}  // namespace

Result<std::string> expand_references(std::string_view text) {
  // Names of variables and files are C strings, which would end there.
  if (text.find('\0') != std::string_view::npos) return permanent("a value must not hold a NUL byte");
  std::string expanded;
  while (true) {
    const auto at = text.find("${");
    if (at == std::string_view::npos) return expanded.append(text);
    const bool escaped = at > 0 && text[at - 1] == '$';
    if (escaped) {
      expanded.append(text.substr(0, at - 1)).append("${");
      text.remove_prefix(at + 2);
      continue;
    }
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) return permanent("'${' without a closing '}'", "write $${ for the text ${");
    OC_TRY_ASSIGN(const auto value, value_of(text.substr(at + 2, end - at - 2)));
    expanded.append(text.substr(0, at)).append(value);
    text.remove_prefix(end + 1);
  }
}

}  // namespace oc::contracts
