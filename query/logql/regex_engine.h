// RE2 with LogQL's settings and Go's error texts, for the files that hold a compiled expression.
#pragma once

#include <memory>
#include <string_view>

#include <re2/re2.h>

#include "base/result.h"

namespace oc::query {

Result<std::unique_ptr<RE2>> compile_engine(std::string_view expression, bool dot_takes_newline);

}  // namespace oc::query
