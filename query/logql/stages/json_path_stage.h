// | json label="path", …: the fields that are named become labels, and no others.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "query/logql/label_hints.h"
#include "query/logql/stages/label_extraction.h"
#include "query/logql/stages/stage.h"

namespace oc::query {

// `hints` must outlive the stage. Errors: a path that can't be read.
Result<std::unique_ptr<Stage>> make_json_path_stage(const LabelHints& hints,
                                                    const std::vector<LabelExtraction>& extractions);

}  // namespace oc::query
