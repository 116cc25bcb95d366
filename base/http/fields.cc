#include "base/http/fields.h"

namespace oc::http {

Headers from_beast(const beast::http::fields& fields) {
  Headers headers;
  for (const auto& field : fields) {
    const std::string_view name(field.name_string().data(), field.name_string().size());
    std::string value(field.value().data(), field.value().size());
    if (const auto before = headers.get(name)) value = std::string(*before) + ", " + value;
    headers.set(name, std::move(value));
  }
  return headers;
}

}  // namespace oc::http
