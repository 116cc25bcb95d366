// A quick look at a LogRecord message that says whether it is one of the many that hold nothing unusual.
#pragma once

#include <string_view>

namespace oc::contracts::otlp {

// True: a well-formed LogRecord of known fields, each of its type, whose values are scalars, in tags and lengths of at
// most four bytes. False says nothing: whoever needs to know looks again, thoroughly.
bool is_plain_record(std::string_view encoded);

}  // namespace oc::contracts::otlp
