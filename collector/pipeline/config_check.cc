#include "collector/pipeline/config_check.h"

#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::collector {

namespace {

// Takes a number off the end of "file:12:", together with the colon in front of it.
bool take_last_number(std::string_view& text, int& number) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  text = text.substr(0, colon);
  return true;
}

// The place is what stands before the first ": " that two numbers precede; file names may hold anything.
bool take_place(std::string_view& text, ConfigProblem& problem) {
  for (auto end = text.find(": "); end != std::string_view::npos; end = text.find(": ", end + 1)) {
    auto place = text.substr(0, end);
    if (!take_last_number(place, problem.column) || !take_last_number(place, problem.line)) continue;
    problem.file = place;
    text.remove_prefix(end + 2);
    return true;
  }
  problem.line = problem.column = 0;
  return false;
}

}  // namespace

std::string ConfigProblem::text() const { return error().text(); }

Error ConfigProblem::error() const {
  std::string text = line > 0 ? fmt::format("{}:{}:{}: ", file, line, column) : std::string();
  if (!component.empty()) text += component + ": ";
  return {Error::Kind::kPermanent, text + message, next_step};
}

Json to_json(const ConfigProblem& problem) {
  return {{"component", to_utf8(problem.component)},
          {"file", to_utf8(problem.file)},
          {"line", problem.line},
          {"column", problem.column},
          {"message", to_utf8(problem.message)},
          {"next_step", to_utf8(problem.next_step)}};
}

ConfigProblem problem_of(std::string component, const Error& error) {
  ConfigProblem problem;
  std::string_view text = error.message;
  take_place(text, problem);
  const auto name = std::string_view(component).substr(component.rfind(':') + 1);  // npos + 1 is 0
  if (!name.empty() && text.starts_with(fmt::format("{}: ", name))) text.remove_prefix(name.size() + 2);
  problem.message = text;
  problem.next_step = error.next_step;
  problem.component = std::move(component);
  return problem;
}

}  // namespace oc::collector
