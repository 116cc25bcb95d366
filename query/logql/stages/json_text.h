// The text of a JSON string, resolved as Loki resolves it.
#pragma once

#include <string>
#include <string_view>

#include "query/logql/stages/json_scan.h"

namespace oc::query {

// Keeps its memory from value to value. The views it gives out end at the next call.
class JsonText {
 public:
  // A string whose escapes are invalid reads as "".
  std::string_view unescaped(std::string_view inside);
  // Escapes resolved, what is not UTF-8 replaced by spaces.
  std::string_view label_text(std::string_view inside);
  // The label of a value: strings resolved, null as "", all else as it is written.
  std::string_view label_text(const JsonValue& value);

 private:
  std::string unescaped_;
  std::string cleaned_;
};

}  // namespace oc::query
