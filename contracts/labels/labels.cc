#include "contracts/labels/labels.h"

#include <algorithm>

#include "base/utf8.h"

namespace oc::contracts {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return text;
}

bool is_label_of(std::span<const std::string_view> attributes, std::string_view name) {
  const auto label = to_label_name(name);
  return std::ranges::any_of(attributes, [&](std::string_view known) { return to_label_name(known) == label; });
}

}  // namespace

bool is_stream_label_attribute(std::string_view resource_attribute) {
  return std::ranges::find(kStreamLabelAttributes, resource_attribute) != kStreamLabelAttributes.end();
}

bool is_unbounded_attribute(std::string_view name) { return is_label_of(kUnboundedAttributes, name); }
bool is_platform_attribute(std::string_view name) { return is_label_of(kPlatformAttributes, name); }

std::string to_label_name(std::string_view attribute) {
  constexpr std::string_view kReserved = "__";
  const bool reserved =
      attribute.size() >= 2 * kReserved.size() && attribute.starts_with(kReserved) && attribute.ends_with(kReserved);
  if (reserved) attribute = attribute.substr(kReserved.size(), attribute.size() - 2 * kReserved.size());
  std::string name;
  while (!attribute.empty()) {
    if (is_letter_or_digit(attribute[0])) {
      name += attribute[0];
    } else if (!name.ends_with('_')) {
      name += '_';
    }
    attribute.remove_prefix(std::max<std::size_t>(utf8_length(attribute), 1));
  }
  if (reserved) return std::string(kReserved).append(name).append(kReserved);
  return !name.empty() && is_digit(name[0]) ? "key_" + name : name;
}

std::string service_name(const ServiceNameHints& hints) {
  const auto unit = without_suffix(hints.systemd_unit, ".service");
  for (const std::string_view name :
       {std::string_view(hints.onecollector_label), std::string_view(hints.otel_service_name),
        std::string_view(hints.compose_service), std::string_view(hints.container_name), unit,
        std::string_view(hints.file_stem)}) {
    if (!name.empty()) return std::string(name);
  }
  return std::string(kUnknownService);
}

}  // namespace oc::contracts
