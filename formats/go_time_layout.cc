#include "formats/go_time_layout.h"

#include <algorithm>

namespace oc::formats {

namespace {

using LayoutPart = TimePiece::Part;

struct GoPart {
  std::string_view text;
  LayoutPart part;
  bool is_word = false;  // no small letter may follow
};
// Longer ones first.
constexpr GoPart kGoParts[] = {{"\1", LayoutPart::kAnyYear},  // of %D and %x; no layout of Go's has it
                               {"January", LayoutPart::kLongMonthName},
                               {"Jan", LayoutPart::kMonthName, true},
                               {"Monday", LayoutPart::kLongWeekday},
                               {"Mon", LayoutPart::kWeekday, true},
                               {"MST", LayoutPart::kZoneName},
                               {"002", LayoutPart::kDayOfYear},
                               {"01", LayoutPart::kMonth},
                               {"02", LayoutPart::kDay},
                               {"03", LayoutPart::kHour12},
                               {"04", LayoutPart::kMinute},
                               {"05", LayoutPart::kSecond},
                               {"06", LayoutPart::kShortYear},
                               {"15", LayoutPart::kHour},
                               {"1", LayoutPart::kMonthNumber},
                               {"2006", LayoutPart::kYear},
                               {"2", LayoutPart::kDayNumber},
                               {"__2", LayoutPart::kBlankDayOfYear},
                               {"_2", LayoutPart::kBlankDay},
                               {"3", LayoutPart::kHour12Number},
                               {"4", LayoutPart::kMinuteNumber},
                               {"5", LayoutPart::kSecondNumber},
                               {"PM", LayoutPart::kHalfDay},
                               {"pm", LayoutPart::kSmallHalfDay},
                               {"-070000", LayoutPart::kOffset},
                               {"-07:00:00", LayoutPart::kOffset},
                               {"-0700", LayoutPart::kOffset},
                               {"-07:00", LayoutPart::kOffset},
                               {"-07", LayoutPart::kOffset},
                               {"Z070000", LayoutPart::kOffset},
                               {"Z07:00:00", LayoutPart::kOffset},
                               {"Z0700", LayoutPart::kOffset},
                               {"Z07:00", LayoutPart::kOffset},
                               {"Z07", LayoutPart::kOffset}};

bool is_layout_digit(char c) { return c >= '0' && c <= '9'; }

// ".000" or ",999", not followed by a further digit: its size.
std::size_t fraction_size(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || (rest[1] != '0' && rest[1] != '9')) return 0;
  const auto end = std::min(rest.find_first_not_of(rest[1], 1), rest.size());
  return end < rest.size() && is_layout_digit(rest[end]) ? 0 : end;
}

const GoPart* part_at(std::string_view rest) {
  if (rest.starts_with("_2006")) return nullptr;  // the underscore is text
  for (const auto& part : kGoParts) {
    if (!rest.starts_with(part.text)) continue;
    const char next = part.is_word && rest.size() > part.text.size() ? rest[part.text.size()] : '\0';
    if (next < 'a' || next > 'z') return &part;
  }
  return nullptr;
}

}  // namespace

std::vector<TimePiece> time_pieces(std::string_view layout) {
  std::vector<TimePiece> pieces;
  while (!layout.empty()) {
    std::size_t taken = 1;
    if (const auto fraction = fraction_size(layout); fraction > 0) {
      taken = fraction;
      pieces.push_back({layout[1] == '0' ? LayoutPart::kExactFraction : LayoutPart::kFraction,
                        std::string(layout.substr(0, taken))});
    } else if (const auto* part = part_at(layout)) {
      taken = part->text.size();
      pieces.push_back({part->part, std::string(part->text)});
    } else {
      if (pieces.empty() || pieces.back().part != LayoutPart::kText) pieces.push_back({});
      pieces.back().text += layout[0];
    }
    layout.remove_prefix(taken);
  }
  return pieces;
}

}  // namespace oc::formats
