// The `nop` exporter takes everything and keeps nothing; the `nop` receiver gives nothing.
#pragma once

#include "collector/pipeline/factory.h"

namespace oc::collector {

ExporterFactory nop_exporter_factory();
ReceiverFactory nop_receiver_factory();

}  // namespace oc::collector
