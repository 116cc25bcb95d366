#include "control_plane/config_builder/config_problem.h"

#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kSummarized = 3;  // a reason is read at a glance

// Takes "12:" off the front.
bool take_number(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || digits >= text.size() || text[digits] != ':') return false;
  text.remove_prefix(digits + 1);
  return true;
}

}  // namespace

std::string ConfigProblem::text() const {
  std::string text = line > 0 ? fmt::format("{}:{}:{}: ", file, line, column) : file + ": ";
  if (!component.empty()) text += component + ": ";
  text += message;
  return next_step.empty() ? text : fmt::format("{} ({})", text, next_step);
}

Json to_json(const ConfigProblem& problem) {
  return {{"component", to_utf8(problem.component)},
          {"file", to_utf8(problem.file)},
          {"line", problem.line},
          {"column", problem.column},
          {"message", to_utf8(problem.message)},
          {"next_step", to_utf8(problem.next_step)}};
}

std::string summary(const std::vector<ConfigProblem>& problems) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < kSummarized; ++i)
    text += (i == 0 ? "" : "; ") + problems[i].text();
  if (problems.size() > kSummarized) text += fmt::format("; and {} more", problems.size() - kSummarized);
  return text;
}

ConfigProblem problem_of(const Error& error, const std::string& file) {
  ConfigProblem problem{{}, file, 0, 0, error.message, error.next_step};
  std::string_view rest = error.message;
  if (!rest.starts_with(file + ":")) return problem;
  rest.remove_prefix(file.size() + 1);
  if (take_number(rest, problem.line)) take_number(rest, problem.column);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  problem.message = rest;
  return problem;
}

}  // namespace oc::control_plane
