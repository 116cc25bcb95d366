#include "control_plane/verification/config_baseline.h"

namespace oc::control_plane {

SourceBaseline baseline_of(const SourceEvidence& source) {
  SourceBaseline baseline;
  if (source.facts->ledger) baseline.ledger_end = source.facts->ledger->last_newline_end;
  baseline.proven_end = source.proof->proven_end();
  baseline.records = source.proof->records();
  if (source.accepted != nullptr) baseline.found = source.accepted->found();
  baseline.in_trouble = source.in_trouble;
  baseline.report = source.facts->collector;
  return baseline;
}

}  // namespace oc::control_plane
