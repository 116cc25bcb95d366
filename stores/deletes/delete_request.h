// What somebody asked to be deleted, and its form on disk (FORMAT.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace oc::stores {

struct DeleteRequest {
  std::string id;
  std::string query;  // a LogQL selector, with a pipeline if it wants
  Nanos start_ns = 0;
  Nanos end_ns = 0;  // inclusive, as in Loki
  Nanos created_ns = 0;
  bool processed = false;  // its rows are gone from the disk
  bool operator==(const DeleteRequest&) const = default;
};

std::string encode_deletes(const std::vector<DeleteRequest>& requests);
// An error: damaged, or of a later version.
Result<std::vector<DeleteRequest>> decode_deletes(std::string_view bytes);

}  // namespace oc::stores
