// Tables that fit the terminal: the widest flexible column gives way, shortened in its middle, so that the ends of
// paths and the starts of reasons stay readable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace oc::cli {

// What the output goes to. A pipe or file has no width limit and no colour; NO_COLOR turns colour off.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;
  std::size_t width = 0;  // columns; 0: unlimited
  static Terminal of_stdout();
  static Terminal of_stderr();
};

enum class Tone { kPlain, kGood, kBad, kFaint };

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

class Table {
 public:
  // Columns named in `rigid` keep their width; the others are shortened when the terminal is too narrow.
  explicit Table(std::vector<std::string> header, std::vector<std::string> rigid = {});
  void add(std::vector<Cell> row);
  std::string render(const Terminal& terminal) const;

 private:
  std::vector<std::size_t> fit(std::size_t width) const;

  std::vector<std::string> header_;
  std::vector<bool> rigid_;
  std::vector<std::vector<Cell>> rows_;
};

std::string paint(std::string_view text, Tone tone, const Terminal& terminal);
std::string with_thousands(std::uint64_t number);  // 1204 → "1,204"
std::string human_bytes(std::uint64_t bytes);      // 3435973837 → "3.4 GB"

}  // namespace oc::cli
