// Colours and styles of terminals: ECMA-48 control sequences, ESC [ parameters letter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace oc::formats {

// Bytes of the control sequence at the start of `text`; 0 where there is none.
std::size_t ansi_sequence_length(std::string_view text);

// Whether the last bytes of `text` are a control sequence.
bool ends_with_ansi_sequence(std::string_view text);

std::string without_ansi_sequences(std::string_view text);

}  // namespace oc::formats
