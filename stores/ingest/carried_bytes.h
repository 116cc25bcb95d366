// Bytes that are no UTF-8 inside of JSON, for a parser that refuses the whole text for one of them: they travel as
// characters.
#pragma once

#include <string>
#include <string_view>

namespace oc::stores {

// Each such byte becomes a private character of its own. So do the bytes of these characters where `json` has them, so
// that bytes_of(carry_bytes(text)) is text; only one that `json` writes as \udbff\ude80 to \udbff\udeff is taken for a
// byte.
std::string carry_bytes(std::string_view json);
std::string bytes_of(std::string_view carried);

}  // namespace oc::stores
