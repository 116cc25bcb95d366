#include "stores/logs/encoded_labels.h"

namespace oc::stores {

std::string_view read_labels(ByteReader& in) {
  const std::string_view begin = in.rest();
  const std::uint64_t count = in.count(2);
  for (std::uint64_t i = 0; i < 2 * count && in.ok(); ++i) in.bytes();
  return in.ok() ? begin.substr(0, begin.size() - in.rest().size()) : std::string_view();
}

query::Labels decode_labels(std::string_view encoded) {
  ByteReader in(encoded);
  query::Labels labels;
  const std::uint64_t count = in.count(2);
  labels.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view name = in.bytes();
    labels.emplace_back(name, in.bytes());
  }
  return labels;
}

bool are_labels(std::string_view encoded, const query::Labels& labels) {
  ByteReader in(encoded);
  if (in.count(2) != labels.size()) return false;
  for (const auto& [name, value] : labels)
    if (in.bytes() != name || in.bytes() != value) return false;
  return true;
}

}  // namespace oc::stores
