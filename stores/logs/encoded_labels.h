// Labels as they lie in WAL records and parts (FORMAT.md, "labels"): what a stream is known by, before anybody makes
// strings of it.
#pragma once

#include <string>
#include <string_view>

#include "query/logql/log_reader.h"
#include "stores/logs/encoding.h"

namespace oc::stores {

// Of strings or of views.
template <typename Pairs>
void encode_labels(const Pairs& labels, std::string& out) {
  put_varint(out, labels.size());
  for (const auto& [name, value] : labels) {
    put_bytes(out, name);
    put_bytes(out, value);
  }
}
// The bytes of the labels that come next; check in.ok().
std::string_view read_labels(ByteReader& in);
// Of what read_labels() gave.
query::Labels decode_labels(std::string_view encoded);
bool are_labels(std::string_view encoded, const query::Labels& labels);  // the same ones

}  // namespace oc::stores
