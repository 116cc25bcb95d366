// Lines made of what their templates share and of the values of their columns.
#pragma once

#include <deque>

#include "stores/logs/columns/allotment.h"

namespace oc::stores::columns {

// The lines of these rows one after another, of all when null.
class TemplateLines {
 public:
  // The allotment is loaded, and must outlive it.
  TemplateLines(Allotment& allotment, const RowSet* rows, std::size_t size);
  // Loads what is needed; the size of all lines.
  Result<std::uint64_t> load();
  // All of them into `out`, which has room.
  void write(TextColumn& out);
  // Adds the size of each to what is in `sizes`, without loading the text.
  Status add_sizes(std::span<std::uint32_t> sizes);

 private:
  struct Part {
    std::string_view shared;
    TextColumn picked;
    const TextColumn* values = nullptr;  // null: the shared text
  };
  // The wanted lines of one template.
  struct Wanted {
    explicit Wanted(Template& of) : of(of), lines(of.lines) {}
    Template& of;
    RowSet lines;
    std::size_t next = 0;  // which of them is written next
    std::deque<Part> parts;
  };
  Result<std::uint64_t> load(Wanted& wanted);
  static char* write_next(Wanted& wanted, char* to);

  Allotment& allotment_;
  const RowSet* rows_;
  std::size_t size_;
  std::deque<Wanted> templates_;
};

}  // namespace oc::stores::columns
