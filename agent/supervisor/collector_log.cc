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

constexpr std::uint64_t kTailBytes = 16 << 10;
constexpr std::size_t kLines = 5;             // more than five nobody reads in a table
constexpr std::size_t kMaxWordsBytes = 2048;  // the reason travels in every status message

bool is_error(std::string_view line) {
  return line.find(" ERROR ") != std::string_view::npos || line.find("error:") != std::string_view::npos;
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

}  // namespace

std::uint64_t log_position(const std::filesystem::path& log) {
  std::error_code error;
  const auto size = std::filesystem::file_size(log, error);
  return error ? 0 : size;
}

std::string last_words_of(std::string_view text) {
  auto lines = lines_of(text);
  if (std::ranges::any_of(lines, is_error)) std::erase_if(lines, [](std::string_view line) { return !is_error(line); });
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  std::string words = fmt::format("{}", fmt::join(lines, "; "));
  if (words.size() > kMaxWordsBytes) words = "…" + words.substr(words.size() - kMaxWordsBytes);
  return words;
}

std::string last_words(const std::filesystem::path& log, std::uint64_t position) {
  const auto end = log_position(log);
  if (end < position) position = 0;  // the log was rotated meanwhile
  const auto start = std::max(position, end > kTailBytes ? end - kTailBytes : 0);
  const auto fd = open_file(log, O_RDONLY | O_CLOEXEC);
  if (!fd) return {};
  std::string text(end - start, '\0');
  const auto got = ::pread(fd->get(), text.data(), text.size(), static_cast<off_t>(start));
  return last_words_of(std::string_view(text).substr(0, got > 0 ? static_cast<std::size_t>(got) : 0));
}

}  // namespace oc::agent
