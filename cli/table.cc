#include "cli/table.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace oc::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // a shortened column still says something

Terminal of_descriptor(int fd) {
  Terminal terminal;
  terminal.is_terminal = ::isatty(fd) == 1;
  if (!terminal.is_terminal) return terminal;
  const char* no_colour = std::getenv("NO_COLOR");
  terminal.colour = no_colour == nullptr || *no_colour == '\0';
  winsize size{};
  terminal.width = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  return terminal;
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Counts code points: enough for paths and our own words; wide characters only misalign a row.
std::size_t display_width(std::string_view text) {
  return std::ranges::count_if(text, [](char byte) { return !continues_character(byte); });
}

std::size_t byte_of_character(std::string_view text, std::size_t character) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues_character(text[at])) continue;
    if (character-- == 0) return at;
  }
  return at;
}

std::string shorten_middle(std::string_view text, std::size_t width) {
  const std::size_t length = display_width(text);
  if (length <= width) return std::string(text);
  const std::size_t head = (width - 1) / 2;
  const std::size_t tail = width - 1 - head;
  return fmt::format("{}…{}", text.substr(0, byte_of_character(text, head)),
                     text.substr(byte_of_character(text, length - tail)));
}

// Control characters in a path must not move somebody's cursor.
std::string printable(std::string text) {
  std::ranges::replace_if(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; }, '?');
  return text;
}

}  // namespace

Terminal Terminal::of_stdout() { return of_descriptor(STDOUT_FILENO); }
Terminal Terminal::of_stderr() { return of_descriptor(STDERR_FILENO); }

std::string paint(std::string_view text, Tone tone, const Terminal& terminal) {
  if (!terminal.colour || tone == Tone::kPlain) return std::string(text);
  const int code = tone == Tone::kGood ? 32 : tone == Tone::kBad ? 31 : 2;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Table::Table(std::vector<std::string> header, std::vector<std::string> rigid) : header_(std::move(header)) {
  for (const auto& name : header_) rigid_.push_back(std::ranges::find(rigid, name) != rigid.end());
}

void Table::add(std::vector<Cell> row) {
  for (auto& cell : row) cell.text = printable(std::move(cell.text));
  row.resize(header_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::fit(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (const auto& name : header_) widths.push_back(display_width(name));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1)); };
  while (width > 0 && total() > width) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (!rigid_[i] && widths[i] > kNarrowest && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    if (widest == widths.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string Table::render(const Terminal& terminal) const {
  const auto widths = fit(terminal.width);
  std::string out;
  const auto line = [&](const auto& texts, const auto& tone_of) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const auto text = shorten_middle(texts(i), widths[i]);
      out += paint(text, tone_of(i), terminal);
      if (i + 1 < widths.size()) out.append(widths[i] - display_width(text) + kGap, ' ');
    }
    out += '\n';
  };
  line([&](std::size_t i) { return header_[i]; }, [](std::size_t) { return Tone::kFaint; });
  for (const auto& row : rows_)
    line([&](std::size_t i) { return row[i].text; }, [&](std::size_t i) { return row[i].tone; });
  return out;
}

std::string with_thousands(std::uint64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, ",");
  return digits;
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit < 4; ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace oc::cli
