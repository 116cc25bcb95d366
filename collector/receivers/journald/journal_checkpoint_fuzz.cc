#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/journal/journal.h"
#include "collector/receivers/journald/journal_checkpoint.h"

// A checkpoint, and a cursor: what is understood is written and understood again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto place = oc::JournalPlace::of_cursor(input))
    if (oc::JournalPlace::of_cursor(place->cursor()) != place) std::abort();
  if (const auto checkpoint = oc::collector::decode_journal_checkpoint(input))
    if (!oc::collector::decode_journal_checkpoint(oc::collector::encode_checkpoint(*checkpoint))) std::abort();
  return 0;
}
