// Files of text lines: with a timestamp of their own, with a level only, in a known line format, or with nothing at
// all.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

// Always has an answer: it is what remains when no other shape fits.
InferenceReport recognise_text(Lines lines);

}  // namespace oc::agent
