// The collector role: moves log data by a config in the OpenTelemetry Collector's language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "collector/dry_run/dry_run.h"
#include "collector/pipeline/config_check.h"

namespace oc::collector {

// Runs until told to stop (then ends within 5 s) or the start fails. SIGHUP reads the files again and applies the
// difference. If the config keeps its storage in the folder of the first config file, that folder belongs to one
// collector: `collector.lock` there is held with our pid, so that whoever started us finds us again.
Status run_collector(const std::vector<std::string>& config_files, SignalWait& signals);
// Everything short of starting: all that is wrong, with file, line and column. Empty: the config is good.
std::vector<ConfigProblem> validate_config(const std::vector<std::string>& config_files);
// How validation tells it to machines, in one line: {"problems": […], "left_out": 0}.
std::string validation_json(const std::vector<ConfigProblem>& problems);
// See collector/dry_run/dry_run.h.
DryRunReport try_config(const std::vector<std::string>& config_files, const DryRunOptions& options);
// The config source that "a.b.c=VALUE" of --set stands for.
std::string config_source_of_setting(std::string_view setting);
// YAML, in the shape of the official `components` command.
std::string list_components();

}  // namespace oc::collector
