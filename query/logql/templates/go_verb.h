// One verb of fmt.Printf with its flags, and what it makes of a value.
#pragma once

#include <optional>
#include <string>

#include "query/logql/templates/template_value.h"

namespace oc::query {

struct PrintVerb {
  bool plus = false, minus = false, sharp = false, blank = false, zero = false;
  std::optional<int> width, precision;
  char letter = '\0';
};

// A verb that does not suit the value says so in the text, as Go's does.
std::string verb_text(const PrintVerb& verb, const TemplateValue& value);

}  // namespace oc::query
