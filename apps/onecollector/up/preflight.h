// What must hold before a role is started, each with an error that says what to do.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::apps {

// Makes the data directory and takes its lock: one `up` a directory.
Result<FileLock> claim_data_directory(const contracts::DataDirectory& data);

// The ports that cannot shift: UI, OpAMP, and the embedded store's. The roles of a predecessor that was killed are
// given kPredecessorGrace to let go; anybody else is named.
Status check_ports(const contracts::Config& config);

// Where an official collector is to run, it is there.
Status check_collector(const contracts::Config& config);

}  // namespace oc::apps
