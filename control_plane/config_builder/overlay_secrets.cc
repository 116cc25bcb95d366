#include "control_plane/config_builder/overlay_secrets.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

constexpr std::array<std::string_view, 11> kSecretWords = {"password",   "passwd",      "passphrase", "secret",
                                                           "token",      "api_key",     "apikey",     "authorization",
                                                           "credential", "private_key", "access_key"};
// What tells where a secret is, or of what kind, is none itself.
constexpr std::array<std::string_view, 9> kHarmlessEndings = {"_file", "_path", "_url",    "_uri",   "_type",
                                                              "_name", "_id",   "_header", "_length"};

std::string normalized(std::string_view key) {
  std::string name;
  for (const char letter : key)
    name += letter == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name;
}

bool names_a_secret(std::string_view key) {
  const auto name = normalized(key);
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  if (std::ranges::any_of(kHarmlessEndings, ends)) return false;
  return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// "${env:NAME}" or "${file:PATH}" somewhere in it; "$${" is plain text, and a default would be the secret itself.
bool is_reference(std::string_view text) {
  if (text.find(":-") != std::string_view::npos) return false;
  for (const std::string_view begin : {"${env:", "${file:"})
    if (const auto at = text.find(begin); at != std::string_view::npos && (at == 0 || text[at - 1] != '$'))
      return text.find('}', at) != std::string_view::npos;
  return false;
}

// scheme://user:password@host
bool holds_url_password(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto authority = text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - (scheme + 3));
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return false;
  const auto colon = authority.substr(0, at).find(':');
  return colon != std::string_view::npos && colon + 1 < at &&
         !is_reference(authority.substr(colon + 1, at - colon - 1));
}

bool is_switch(const YamlTree& value) {
  return !value.quoted && (value.scalar.empty() || value.scalar == "true" || value.scalar == "false");
}

class Search {
 public:
  explicit Search(const std::string& file) : file_(file) {}

  void look(const YamlTree& value, const std::string& secret_key) {
    if (value.kind == YamlTree::Kind::kScalar) scalar(value, secret_key);
    for (const auto& item : value.items) look(item, secret_key);
    for (const auto& field : value.fields) look(field.value, names_a_secret(field.key) ? field.key : secret_key);
  }
  std::vector<ConfigProblem> found;

 private:
  void scalar(const YamlTree& value, const std::string& secret_key) {
    if (!secret_key.empty() && !is_switch(value) && !is_reference(value.scalar))
      refuse(value.place, fmt::format("'{}' holds a secret that is written out", secret_key));
    else if (holds_url_password(value.scalar))
      refuse(value.place, "a URL holds a password that is written out");
  }

  void refuse(YamlPlace place, std::string message) {
    found.push_back({{},
                     file_,
                     place.line,
                     place.column,
                     std::move(message),
                     "write ${env:NAME} or ${file:/path} in its place, without a default"});
  }

  const std::string& file_;
};

}  // namespace

std::vector<ConfigProblem> literal_secrets(const YamlTree& tree, const std::string& file) {
  Search search(file);
  search.look(tree, "");
  return std::move(search.found);
}

}  // namespace oc::control_plane
