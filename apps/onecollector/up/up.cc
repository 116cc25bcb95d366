#include "apps/onecollector/up/up.h"

#include <chrono>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "apps/onecollector/up/preflight.h"
#include "apps/onecollector/up/role_group.h"
#include "apps/onecollector/up/service_user.h"
#include "base/log.h"
#include "cli/proposed_logs.h"
#include "cli/sources.h"
#include "cli/status.h"
#include "contracts/config/version.h"

namespace oc::apps {

using std::chrono::steady_clock;

namespace {

// A proof may take 30 s (DESIGN section 4); with it all else must have settled.
constexpr std::chrono::seconds kSettleLimit{35};
constexpr std::chrono::milliseconds kPollInterval{20};
constexpr std::chrono::seconds kQuietTime{2};  // longer than this needs a sign of progress

struct Started {
  contracts::Config config;
  contracts::DataDirectory data;
  FileLock lock;
  Lifeline lifeline;
  ServiceUser user;
};

Result<Started> prepare(const UpOptions& options) {
  OC_TRY_ASSIGN(auto config, options.role.load());
  const auto root = std::filesystem::absolute(options.role.data_dir);
  contracts::DataDirectory data(root);
  OC_TRY_ASSIGN(auto lock, claim_data_directory(data));
  OC_TRY(check_ports(config));
  OC_TRY(check_collector(config));
  OC_TRY(ensure_directory(data.own_log("up").parent_path(), 0750));
  OC_TRY(data.read_or_create_token());
  const auto user = choose_service_user(root, own_executable());
  OC_TRY(give_to(user, root));
  OC_TRY_ASSIGN(auto lifeline, Lifeline::create());
  return Started{std::move(config), std::move(data), std::move(lock), std::move(lifeline), user};
}

cli::ClientOptions client_of(const Started& started) {
  cli::ClientOptions client;
  client.server = "http://" + started.config.listen.ui.text();
  client.data_dir = started.data.root();
  return client;
}

// A line on the terminal that is written over while it waits; nothing where there is no terminal.
class Progress {
 public:
  explicit Progress(steady_clock::time_point begin) : begin_(begin) {}
  ~Progress() { clear(); }
  void show(const std::string& text) {
    if (!terminal_.is_terminal || steady_clock::now() - begin_ < kQuietTime) return;
    fmt::print(stderr, "\r\x1b[K{}", text);
    shown_ = true;
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  cli::Terminal terminal_ = cli::Terminal::of_stderr();
  steady_clock::time_point begin_;
  bool shown_ = false;
};

enum class Settled { kYes, kTimeout, kStopped, kHopeless };

Settled wait_until_settled(RoleGroup& roles, SignalWait& signals, const cli::ClientOptions& client, Json& status) {
  const auto begin = steady_clock::now();
  Progress progress(begin);
  cli::ApiClient api(client);
  while (steady_clock::now() - begin < kSettleLimit) {
    if (!roles.tend(signals, kPollInterval)) return Settled::kStopped;
    auto answer = api.get("/api/v1/status");
    if (!answer) {
      if (roles.hopeless() != nullptr) return Settled::kHopeless;
      progress.show("starting …");
      continue;
    }
    status = std::move(*answer);
    if (status.value("settled", false)) return Settled::kYes;
    progress.show("proving delivery: " + cli::summary_words(status.value("summary", Json::object())) + " …");
  }
  return Settled::kTimeout;
}

int report_hopeless(const RoleProcess& role) {
  auto words = role.last_words();
  if (words.starts_with("error: ")) words.erase(0, 7);
  return cli::fail({Error::Kind::kPermanent, fmt::format("{} does not start: {}", role.role(), words), {}});
}

void print_table(const Started& started, const Json& status, const Json& sources) {
  const auto terminal = cli::Terminal::of_stdout();
  const auto server = "http://" + started.config.listen.ui.text();
  fmt::print("\n{}\n", cli::sources_table(sources, server, terminal));
  fmt::print("{}. ", cli::summary_words(status.value("summary", Json::object())));
  fmt::print("{}\n", cli::probe_sentence(status.value("probe", Json())));
  for (const auto& note : status.value("notes", Json::array())) fmt::print("note: {}\n", note.get<std::string>());
  if (!started.user.note.empty()) fmt::print("note: {}\n", started.user.note);
  fmt::print("{}", cli::proposed_logs_section(status.value("agents", Json::array()), terminal));
  fmt::print("\nLogs (Loki's API): {}   REST: {}/api/v1/openapi.json   Data: {}\n", started.config.logs_base_url(),
             server, started.data.root().string());
  fmt::print("Search: onecollector query '{{service_name=~\".+\"}} |= \"error\"'\n");
  std::fflush(stdout);
}

int report(const Started& started, const UpOptions& options, Json status) {
  cli::ApiClient api(client_of(started));
  auto sources = cli::all_sources(api, {});
  if (!sources) return cli::fail(sources.error(), cli::exit_code_of(sources.error()));
  const bool healthy = cli::is_healthy(status);
  if (options.output == cli::Output::kTable) {
    print_table(started, status, *sources);
  } else {
    status["sources"] = std::move(*sources);
    if (!started.user.note.empty()) status["notes"].push_back(started.user.note);
    fmt::print("{}", cli::machine_text(status, options.output));
    std::fflush(stdout);
  }
  return healthy ? cli::kExitOk : cli::kExitNegative;
}

int run_started(const Started& started, const UpOptions& options, SignalWait& signals, RoleGroup& roles) {
  Json status;
  const auto settled = wait_until_settled(roles, signals, client_of(started), status);
  if (settled == Settled::kStopped) return cli::kExitOk;
  if (settled == Settled::kHopeless) return report_hopeless(*roles.hopeless());
  if (status.is_null())
    return cli::fail({Error::Kind::kPermanent, "the control plane did not answer within 35 s",
                      "see " + started.data.own_log("control-plane").string()});
  const int code = report(started, options, std::move(status));
  if (options.once) return code;
  while (roles.tend(signals, std::chrono::seconds(1))) continue;
  return cli::kExitOk;
}

}  // namespace

int up_command(const UpOptions& options, SignalWait& signals) {
  const auto terminal = cli::Terminal::of_stderr();
  if (terminal.is_terminal) fmt::print(stderr, "OneCollector {} starts …\n", contracts::kVersion);
  auto started = prepare(options);
  if (!started) return cli::fail(started.error());
  RoleGroup roles(started->config, started->data, started->user, options.role.arguments(), options.role.backfill);
  if (auto status = roles.start(); !status) {
    roles.stop();
    return cli::fail(status.error());
  }
  const int code = run_started(*started, options, signals, roles);
  if (terminal.is_terminal) fmt::print(stderr, "\nstopping …\n");
  roles.stop();
  return code;
}

void add_up_command(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("up", "collect this host: start everything, prove delivery, show a table");
  auto options = std::make_shared<UpOptions>();
  options->role.add_to(*command);
  command->add_flag("--once", options->once, "stop after the table; exit code 0 when all is verified or idle");
  command->add_option("--backfill", options->role.backfill, "files older than the first start: recent, all or none")
      ->check(CLI::IsMember({"recent", "all", "none"}));
  command
      ->add_option_function<std::string>(
          "--output", [options](const std::string& text) { options->output = *cli::parse_output(text); },
          "the table as table, json or yaml")
      ->check(CLI::IsMember({"table", "json", "yaml"}));
  command->footer("Example:\n  onecollector up\n  onecollector up --once --output json");
  command->callback([&run, options] {
    run = [options] {
      SignalWait signals;
      options->role.configure_log("up");
      return up_command(*options, signals);
    };
  });
}

}  // namespace oc::apps
