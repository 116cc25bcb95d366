// "type" or "type/name", the official collector's way to name an instance of a component.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace oc::collector {

struct ComponentId {
  std::string type;
  std::string name;  // empty: the type's only one

  static ComponentId parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {std::string(text), {}};
    return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  }
  std::string text() const { return name.empty() ? type : type + "/" + name; }
  auto operator<=>(const ComponentId&) const = default;
};

}  // namespace oc::collector
