// The backend role: the embedded log store behind Loki's HTTP API and OTLP ingestion, on listen.logs.
#pragma once

#include "base/process.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::stores {

// Returns when told to stop (everything accepted is durable by then), or with what kept it from starting: the data
// directory is in use or unwritable, the port is taken, the store's files are not readable.
Status run_backend(const contracts::Config& config, const contracts::DataDirectory& data, SignalWait& signals);

}  // namespace oc::stores
