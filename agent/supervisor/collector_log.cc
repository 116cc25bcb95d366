#include "agent/supervisor/collector_log.h"

#include <algorithm>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/files.h"

namespace oc::agent {
namespace {

constexpr std::uint64_t kTailBytes = 64 << 10;
constexpr std::size_t kLines = 5;             // more than five nobody reads in a table
constexpr std::size_t kMaxWordsBytes = 2048;  // the reason travels in every status message

bool is_error(std::string_view line) {
  return line.find(" ERROR ") != std::string_view::npos || line.find("error:") != std::string_view::npos ||
         line.find("\terror\t") != std::string_view::npos;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// An official collector ends with "Error: " at the start of a line and what is wrong in the lines below.
std::string_view parting_words(std::string_view text) {
  constexpr std::string_view kWord = "Error: ";
  if (text.starts_with(kWord)) return text;
  const auto at = text.rfind("\nError: ");
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

}  // namespace

std::uint64_t log_position(const std::filesystem::path& log) {
  std::error_code error;
  const auto size = std::filesystem::file_size(log, error);
  return error ? 0 : size;
}

std::string last_words_of(std::string_view text) {
  text = parting_words(text);
  auto lines = lines_of(text);
  if (std::ranges::any_of(lines, is_error)) std::erase_if(lines, [](std::string_view line) { return !is_error(line); });
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  std::string words = fmt::format("{}", fmt::join(lines, "; "));
  if (words.size() > kMaxWordsBytes) words = "…" + words.substr(words.size() - kMaxWordsBytes);
  return words;
}

std::string log_between(const std::filesystem::path& log, std::uint64_t begin, std::uint64_t end) {
  if (end < begin) begin = 0;  // the log was rotated meanwhile
  const auto start = std::max(begin, end > kTailBytes ? end - kTailBytes : 0);
  const auto fd = open_file(log, O_RDONLY | O_CLOEXEC);
  if (!fd) return {};
  std::string text(end - start, '\0');
  const auto got = ::pread(fd->get(), text.data(), text.size(), static_cast<off_t>(start));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::string last_words(const std::filesystem::path& log, std::uint64_t position) {
  return last_words_of(log_between(log, position, log_position(log)));
}

}  // namespace oc::agent
