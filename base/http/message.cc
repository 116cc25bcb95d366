#include "base/http/message.h"

#include <strings.h>

#include "base/http/query_string.h"

namespace oc::http {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_form(const Request& request) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  const auto type = request.headers.get("Content-Type").value_or("");
  return same_name(type.substr(0, kForm.size()), kForm);
}

}  // namespace

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  fields_.emplace_back(name, std::move(value));
}

std::string_view Request::path() const {
  const std::string_view all = target;
  return all.substr(0, all.find('?'));
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  auto values = parameters(name);
  if (values.empty()) return std::nullopt;
  return std::move(values.front());
}

std::vector<std::string> Request::parameters(std::string_view name) const {
  std::vector<std::string> values;
  const auto keep = [&](std::string_view key, std::string value) {
    if (key == name) values.push_back(std::move(value));
  };
  for (const auto encoded : encoded_parameters()) for_each_parameter(encoded, keep);
  return values;
}

std::vector<std::string_view> Request::encoded_parameters() const {
  std::vector<std::string_view> encoded;
  const std::string_view all = target;
  if (const auto mark = all.find('?'); mark != all.npos) encoded.push_back(all.substr(mark + 1));
  if (is_form(*this)) encoded.push_back(body);
  return encoded;
}

Response Response::json(const Json& value, int status) {
  // Text that came from outside may not be UTF-8; it is shown with U+FFFD instead of failing the answer.
  return text(value.dump(-1, ' ', false, Json::error_handler_t::replace), status, "application/json");
}

Response Response::text(std::string body, int status, std::string content_type) {
  Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.set("Content-Type", std::move(content_type));
  return response;
}

Response Response::error(int status, std::string_view message, std::string_view next_step) {
  return json({{"error", message}, {"next_step", next_step}}, status);
}

}  // namespace oc::http
