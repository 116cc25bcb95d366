#include "control_plane/config_builder/text_diff.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
// The search keeps the square of this in memory; beyond it nobody reads the difference line by line.
constexpr int kMaxEdits = 2000;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Edit {
  char kind;  // ' ', '-', '+'
  std::string_view line;
};

// Myers, "An O(ND) Difference Algorithm": the furthest reach on each diagonal, kept for every number of edits.
class ShortestEdit {
 public:
  ShortestEdit(const Lines& before, const Lines& after)
      : before_(before), after_(after), n_(static_cast<int>(before.size())), m_(static_cast<int>(after.size())) {}

  std::vector<Edit> edits() {
    const int found = search();
    if (found < 0) return replaced();
    std::vector<Edit> backwards;
    int x = n_, y = m_;
    for (int d = found; d > 0; --d) step_back(d, x, y, backwards);
    while (x > 0 && y > 0) {
      --x, --y;
      backwards.push_back({' ', before_[x]});
    }
    std::ranges::reverse(backwards);
    return backwards;
  }

 private:
  // The number of edits, -1: too many.
  int search() {
    std::vector<int> reach(2 * kMaxEdits + 3, 0);
    const int zero = kMaxEdits + 1;
    for (int d = 0; d <= std::min(n_ + m_, kMaxEdits); ++d) {
      for (int k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && reach[zero + k - 1] < reach[zero + k + 1]);
        int x = down ? reach[zero + k + 1] : reach[zero + k - 1] + 1;
        while (x < n_ && x - k < m_ && before_[x] == after_[x - k]) ++x;
        reach[zero + k] = x;
        if (x >= n_ && x - k >= m_) return d;
      }
      history_.emplace_back(reach.begin() + zero - d, reach.begin() + zero + d + 1);
    }
    return -1;
  }

  int reached(int d, int k) const { return k < -d || k > d ? -1 : history_[d][k + d]; }

  void step_back(int d, int& x, int& y, std::vector<Edit>& backwards) const {
    const int k = x - y;
    const bool down = k == -d || (k != d && reached(d - 1, k - 1) < reached(d - 1, k + 1));
    const int from = down ? k + 1 : k - 1;
    const int from_x = reached(d - 1, from), from_y = from_x - from;
    while (x > from_x && y > from_y && x > 0 && y > 0 && (down ? y > from_y + 1 : x > from_x + 1)) {
      --x, --y;
      backwards.push_back({' ', before_[x]});
    }
    if (down)
      backwards.push_back({'+', after_[--y]});
    else
      backwards.push_back({'-', before_[--x]});
  }

  std::vector<Edit> replaced() const {
    std::vector<Edit> edits;
    for (const auto line : before_) edits.push_back({'-', line});
    for (const auto line : after_) edits.push_back({'+', line});
    return edits;
  }

  const Lines& before_;
  const Lines& after_;
  const int n_, m_;
  std::vector<std::vector<int>> history_;
};

// Where the difference lies: lines that are equal at both ends are not searched.
struct Range {
  std::size_t head = 0, tail = 0;
};
Range equal_ends(const Lines& before, const Lines& after) {
  Range equal;
  const auto shorter = std::min(before.size(), after.size());
  while (equal.head < shorter && before[equal.head] == after[equal.head]) ++equal.head;
  while (equal.tail < shorter - equal.head &&
         before[before.size() - 1 - equal.tail] == after[after.size() - 1 - equal.tail])
    ++equal.tail;
  return equal;
}

std::vector<Edit> all_edits(const Lines& before, const Lines& after) {
  const auto equal = equal_ends(before, after);
  const Lines middle_before(before.begin() + equal.head, before.end() - equal.tail);
  const Lines middle_after(after.begin() + equal.head, after.end() - equal.tail);
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < equal.head; ++i) edits.push_back({' ', before[i]});
  for (const auto& edit : ShortestEdit(middle_before, middle_after).edits()) edits.push_back(edit);
  for (std::size_t i = before.size() - equal.tail; i < before.size(); ++i) edits.push_back({' ', before[i]});
  return edits;
}

// Counts of lines on both sides, for the head of a hunk.
struct Span {
  std::size_t start = 0, count = 0;
  std::string text() const { return fmt::format("{},{}", count == 0 ? start : start + 1, count); }
};

std::string hunk(const std::vector<Edit>& edits, std::size_t begin, std::size_t end, std::size_t before_start,
                 std::size_t after_start) {
  Span before{before_start, 0}, after{after_start, 0};
  std::string body;
  for (auto i = begin; i < end; ++i) {
    before.count += edits[i].kind != '+';
    after.count += edits[i].kind != '-';
    body += fmt::format("{}{}\n", edits[i].kind, edits[i].line);
  }
  return fmt::format("@@ -{} +{} @@\n{}", before.text(), after.text(), body);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const std::string& before_name,
                         const std::string& after_name) {
  if (before == after) return {};
  const auto before_lines = lines_of(before), after_lines = lines_of(after);
  const auto edits = all_edits(before_lines, after_lines);
  std::string text = fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  std::size_t before_at = 0, after_at = 0, done = 0;  // lines before `done`
  const auto advance = [&](std::size_t to) {
    for (; done < to; ++done) {
      before_at += edits[done].kind != '+';
      after_at += edits[done].kind != '-';
    }
  };
  const auto is_change = [](const Edit& edit) { return edit.kind != ' '; };
  for (auto change = std::ranges::find_if(edits, is_change); change != edits.end();) {
    const auto first = static_cast<std::size_t>(change - edits.begin());
    const auto begin = first - std::min(first - done, kContext);
    auto end = first + 1;
    for (auto i = end; i < edits.size() && i <= end + 2 * kContext; ++i)
      if (is_change(edits[i])) end = i + 1;
    const auto last = end;
    end = std::min(end + kContext, edits.size());
    advance(begin);
    text += hunk(edits, begin, end, before_at, after_at);
    advance(end);
    change = std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(std::max(last, end)), edits.end(), is_change);
  }
  return text;
}

}  // namespace oc::control_plane
