// The shape of lines that are text for sure.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

// All shapes; `encoding` is left at its default.
InferenceReport infer_lines(Lines lines);

// What a program writes into a container's log: all shapes but those of container runtimes.
InferenceReport infer_program_lines(Lines lines);

}  // namespace oc::agent
