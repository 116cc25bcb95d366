// Stack traces and crash reports of many languages, line by line: which line begins one, which lines go on with it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace oc::agent {

enum class TraceKind {
  kNone,
  kPython,     // "Traceback (most recent call last):"
  kCalls,      // Java, Kotlin, Scala, C#, JavaScript, Dart, PHP: a message, then frames
  kGo,         // "panic: …", goroutines
  kNodeCode,   // "/srv/a.js:3", the code, a caret, then an error with frames
  kRuby,       // "a.rb:14:in `fetch': …"
  kRust,       // "thread 'main' panicked at …"
  kSanitizer,  // AddressSanitizer and its kin
  kValgrind,   // "==4021== …"
  kNative,     // gdb, Swift
  kReport,     // Clojure, Erlang, Lua: a heading and what belongs to it
};

// The kind of trace that line `at` begins, judged by it and the few lines behind it. A nested cause ("Caused by: …",
// "During handling of …") begins none.
TraceKind trace_begins(std::span<const std::string_view> lines, std::size_t at);

// Lines that belong to the line before whatever stands there: blank, indented, closing brackets, "Caused by:", frames.
bool is_continuation(std::string_view line);

// Follows one trace after its first line.
class TraceFollower {
 public:
  void begin(TraceKind kind, std::string_view header);
  void end() { kind_ = TraceKind::kNone; }
  bool active() const { return kind_ != TraceKind::kNone; }

  // Whether line `at`, directly behind what has been seen, belongs to the trace; takes it if so.
  bool goes_on(std::span<const std::string_view> lines, std::size_t at);

 private:
  bool python_goes_on(std::span<const std::string_view> lines, std::size_t at);
  bool calls_go_on(std::span<const std::string_view> lines, std::size_t at);
  bool go_goes_on(std::string_view line);
  bool node_code_goes_on(std::span<const std::string_view> lines, std::size_t at);
  bool rust_goes_on(std::string_view line);
  bool sanitizer_goes_on(std::string_view line);
  bool report_goes_on(std::string_view line);

  TraceKind kind_ = TraceKind::kNone;
  bool message_open_ = false;  // frames, or what ends the message, have yet to come
  bool closed_ = false;        // its last line has come; only what is tied to it may follow
  int lines_ = 0;              // since the message opened
};

}  // namespace oc::agent
