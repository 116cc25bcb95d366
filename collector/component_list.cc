#include "collector/component_list.h"

#include "collector/exporters/debug/exporter.h"
#include "collector/exporters/file/exporter.h"
#include "collector/exporters/nop/nop.h"
#include "collector/exporters/otlp_http/exporter.h"
#include "collector/extensions/file_storage/file_storage.h"
#include "collector/extensions/health_check/health_check.h"
#include "collector/extensions/held_files/held_files.h"
#include "collector/processors/attributes/attributes.h"
#include "collector/processors/batch/batch_processor.h"
#include "collector/processors/filter/filter.h"
#include "collector/processors/memory_limiter/memory_limiter.h"
#include "collector/receivers/file_log/receiver.h"
#include "collector/receivers/journald/receiver.h"
#include "collector/receivers/otlp/receiver.h"

namespace oc::collector {

Result<ComponentList> component_list() {
  ComponentList list;
  OC_TRY(list.receivers.add(file_log_factory()));
  OC_TRY(list.receivers.add(journald_factory()));
  OC_TRY(list.receivers.add(otlp_receiver_factory()));
  OC_TRY(list.receivers.add(nop_receiver_factory()));
  OC_TRY(list.processors.add(memory_limiter_factory()));
  OC_TRY(list.processors.add(batch_factory()));
  OC_TRY(list.processors.add(filter_factory()));
  OC_TRY(list.processors.add(attributes_factory()));
  OC_TRY(list.processors.add(resource_factory()));
  OC_TRY(list.exporters.add(otlp_http_factory()));
  OC_TRY(list.exporters.add(file_exporter_factory()));
  OC_TRY(list.exporters.add(debug_exporter_factory()));
  OC_TRY(list.exporters.add(nop_exporter_factory()));
  OC_TRY(list.extensions.add(file_storage_factory()));
  OC_TRY(list.extensions.add(health_check_factory()));
  OC_TRY(list.extensions.add(held_files_factory()));
  return list;
}

}  // namespace oc::collector
