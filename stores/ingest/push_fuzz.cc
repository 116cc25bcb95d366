// Any bytes are a push or are refused; what is taken becomes rows whose metadata are in order. Carried bytes come back.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <snappy.h>

#include "stores/ingest/carried_bytes.h"
#include "stores/ingest/label_text.h"
#include "stores/ingest/push_admission.h"

namespace {

void admit(const oc::Result<oc::stores::PushRequest>& request) {
  static const oc::stores::RecentEntries recent;
  if (!request) return;
  oc::stores::AppendBatch batch;
  oc::stores::PushAdmission admission(*request, batch, recent, 1);
  if (!admission.admit_all()) return;
  for (const auto& row : batch.rows) {
    const auto own = std::span(batch.own_metadata).subspan(row.own_begin, row.own_end - row.own_begin);
    if (!std::ranges::is_sorted(own, {}, &oc::query::LabelView::first) || own.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  admit(oc::stores::read_push_json(body));
  admit(oc::stores::read_old_push_json(body));
  admit(oc::stores::read_push_protobuf(body));
  if (oc::stores::bytes_of(oc::stores::carry_bytes(body)) != body) std::abort();
  std::string compressed;
  snappy::Compress(body.data(), body.size(), &compressed);
  admit(oc::stores::read_push_protobuf(compressed));
  if (const auto labels = oc::stores::parse_label_text(body);
      labels && oc::stores::parse_label_text(oc::stores::label_text(*labels)) != *labels)
    std::abort();
  return 0;
}
