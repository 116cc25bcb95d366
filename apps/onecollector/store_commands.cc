// backend verify | inspect: what lies in the embedded store's directory.
#include <fmt/chrono.h>
#include <unistd.h>

#include "apps/onecollector/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "stores/logs/inspection.h"

namespace oc::apps {

namespace {

using stores::InspectedFile;
using stores::Inspection;
using stores::Thoroughness;

struct StoreArguments {
  std::string data_dir = contracts::DataDirectory::default_root().string();
  std::string output = "table";
};

constexpr std::size_t kMostStreams = 20;  // of a table; JSON has all

std::string size_text(std::uint64_t bytes) {
  constexpr std::pair<double, const char*> kUnits[] = {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}};
  for (const auto& [size, unit] : kUnits)
    if (static_cast<double>(bytes) >= size) return fmt::format("{:.1f} {}", static_cast<double>(bytes) / size, unit);
  return fmt::format("{} B", bytes);
}

std::string time_text(Nanos time_ns) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(time_ns / 1'000'000'000)));
}

std::string labels_text(const query::Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) text += fmt::format("{}{}=\"{}\"", text.empty() ? "{" : ", ", name, value);
  return text + "}";
}

Json bounds_json(const stores::RowBounds& bounds) {
  Json json = {{"rows", bounds.rows}};
  if (bounds.rows > 0) json.update({{"first", time_text(bounds.first_ns)}, {"last", time_text(bounds.last_ns)}});
  return json;
}

Json to_json(const Inspection& found) {
  Json files = Json::array(), streams = Json::array();
  for (const auto& file : found.files) {
    Json json = {{"name", file.name},
                 {"kind", file.kind},
                 {"bytes", file.bytes},
                 {"text_bytes", file.text_bytes},
                 {"problems", file.problems}};
    json.update(bounds_json(file.bounds));
    files.push_back(std::move(json));
  }
  for (const auto& stream : found.streams) {
    Json json = {{"labels", stream.labels}, {"text_bytes", stream.text_bytes}, {"disk_bytes", stream.disk_bytes}};
    json.update(bounds_json(stream.bounds));
    streams.push_back(std::move(json));
  }
  return {{"files", files},
          {"streams", streams},
          {"remembered_files", found.remembered_files},
          {"problems", found.problems()}};
}

std::string range_text(const stores::RowBounds& bounds) {
  return bounds.rows == 0 ? "-" : time_text(bounds.first_ns) + " to " + time_text(bounds.last_ns);
}

std::string files_table(const Inspection& found) {
  cli::Table table({"FILE", "SIZE", "ROWS", "TIMES", "STATE"}, {"FILE", "SIZE", "ROWS"});
  for (const InspectedFile& file : found.files) {
    const bool whole = file.problems.empty();
    table.add({{file.name},
               {size_text(file.bytes)},
               {std::to_string(file.bounds.rows)},
               {range_text(file.bounds)},
               {whole ? "whole" : fmt::format("{} problems", file.problems.size()),
                whole ? cli::Tone::kGood : cli::Tone::kBad}});
  }
  return table.render(cli::Terminal::of_stdout());
}

std::string streams_table(const Inspection& found) {
  cli::Table table({"STREAM", "ROWS", "TEXT", "DISK", "TIMES"}, {"ROWS", "TEXT", "DISK"});
  for (std::size_t i = 0; i < std::min(found.streams.size(), kMostStreams); ++i) {
    const auto& stream = found.streams[i];
    table.add({{labels_text(stream.labels)},
               {std::to_string(stream.bounds.rows)},
               {size_text(stream.text_bytes)},
               {size_text(stream.disk_bytes)},
               {range_text(stream.bounds)}});
  }
  auto text = table.render(cli::Terminal::of_stdout());
  if (found.streams.size() > kMostStreams)
    text += fmt::format("… and {} more streams: --output json lists all\n", found.streams.size() - kMostStreams);
  return text;
}

void print_summary(const Inspection& found) {
  std::uint64_t bytes = 0, rows = 0, text = 0;
  for (const auto& file : found.files) bytes += file.bytes, rows += file.bounds.rows, text += file.text_bytes;
  fmt::print("\n{} rows of {} streams, {} of text in {} on disk", rows, found.streams.size(), size_text(text),
             size_text(bytes));
  fmt::print("; the manifest remembers ranges of {} files.\n", found.remembered_files);
}

void print_problems(const Inspection& found) {
  for (const auto& file : found.files)
    for (const auto& problem : file.problems) fmt::print("{}: {}\n", file.name, problem);
  if (found.problems() == 0) return;
  fmt::print(
      "\nWhat is damaged is left out of answers and never deleted; the rest is served. A copy of the file from a "
      "backup, "
      "put in its place while the backend is stopped, brings it back.\n");
}

void show_progress(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) != 0)
    fmt::print(stderr, "\r{} of {} files …\033[K{}", done, all, done + 1 >= all ? "\r\033[K" : "");
}

int look_at_store(const StoreArguments& arguments, Thoroughness thoroughness) {
  const auto directory = contracts::DataDirectory(arguments.data_dir).backend() / "logs";
  const auto found = stores::inspect_store(stores::posix_file_system(), directory, thoroughness, show_progress);
  if (!found) return cli::fail(found.error());
  if (arguments.output != "table") {
    const auto output = cli::parse_output(arguments.output);
    fmt::print("{}", cli::machine_text(to_json(*found), *output));
  } else {
    fmt::print("{}", thoroughness == Thoroughness::kEveryBlock ? files_table(*found) : streams_table(*found));
    print_summary(*found);
    print_problems(*found);
  }
  return found->problems() == 0 ? cli::kExitOk : cli::kExitNegative;
}

CLI::App* add_look(CLI::App& backend, Run& run, const std::string& name, const std::string& help,
                   Thoroughness thoroughness) {
  auto* command = backend.add_subcommand(name, help)->group("Commands");
  const auto arguments = std::make_shared<StoreArguments>();
  command->add_option("--data-dir", arguments->data_dir, "where the data is");
  command->add_option("--output", arguments->output, "table, json or yaml")
      ->check(CLI::IsMember({"table", "json", "yaml"}));
  command->footer("Exit code 1: something is damaged.\nExample:\n  onecollector backend " + name +
                  " --data-dir /var/lib/onecollector");
  command->callback([&run, arguments, thoroughness] { run = [=] { return look_at_store(*arguments, thoroughness); }; });
  return command;
}

}  // namespace

void add_store_commands(CLI::App& backend, Run& run) {
  add_look(backend, run, "verify", "reads every block of the store's files and says what is damaged",
           Thoroughness::kEveryBlock);
  add_look(backend, run, "inspect", "streams, rows, times and sizes of what is stored", Thoroughness::kIndexes);
}

}  // namespace oc::apps
