// The pairs of a logfmt line, as LogQL's `logfmt` parser reads them.
#pragma once

#include <string_view>

#include "formats/field_sink.h"

namespace oc::formats {

// `key=value key="quoted \"value\"" alone`: a key without a value has the empty one. Keys are handed out as written
// (LogQL sanitises them afterwards). Damaged pairs (a quote inside a bare value, a quote that never ends, no key before
// "=") are left out and the walk goes on behind them, as Loki's non-strict mode does, or ends; then the result is
// false. Thread-safe.
enum class DamagedPairs { kLeaveOut, kEndWalk };
bool for_each_logfmt_field(std::string_view line, FieldSink sink, DamagedPairs damaged = DamagedPairs::kLeaveOut);

}  // namespace oc::formats
