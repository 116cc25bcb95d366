#include "apps/onecollector/commands.h"
#include "cli/query.h"

namespace oc::apps {

void add_query_commands(CLI::App& app, Run& run) {
  auto* query = app.add_subcommand("query", "search with LogQL");
  auto client = add_client_options(*query);
  auto options = std::make_shared<cli::QueryOptions>();
  query->add_option("LOGQL", options->logql)->required();
  query->add_option("--store", options->store, "base URL of the log store; else the control plane names it");
  query->add_option("--since", options->since, "how far back: 15m, 24h, 7d")->capture_default_str();
  query->add_option("--from", options->from, "RFC 3339 or Unix nanoseconds; replaces --since");
  query->add_option("--to", options->to, "RFC 3339 or Unix nanoseconds");
  query->add_option("--limit", options->limit, "lines at the most")->capture_default_str();
  query->add_option("--step", options->step, "distance of samples: 30s, 5m");
  query->add_flag("--forward", options->forward, "oldest first");
  query->add_flag("--labels", options->labels, "print all labels of a line");
  query->footer(
      "Example:\n"
      "  onecollector query '{service_name=\"syslog\"} |= \"error\"' --since 24h\n"
      "  onecollector query 'sum by (service_name) (count_over_time({service_name=~\".+\"}[5m]))' --output json");
  query->callback([&run, client, options] { run = [=] { return cli::query_command(*client, *options); }; });

  auto* tail = app.add_subcommand("tail", "follow new lines as they are stored");
  auto tail_client = add_client_options(*tail);
  auto tail_options = std::make_shared<cli::TailOptions>();
  tail->add_option("LOGQL", tail_options->logql)->required();
  tail->add_option("--store", tail_options->store, "base URL of the log store; else the control plane names it");
  tail->add_option("--lines", tail_options->lines, "existing lines to begin with")->capture_default_str();
  tail->add_flag("--labels", tail_options->labels, "print all labels of a line");
  tail->footer("Example:\n  onecollector tail '{service_name=\"nginx\"} |= \" 500 \"'");
  tail->callback([&run, tail_client, tail_options] {
    run = [=] {
      SignalWait signals;
      return cli::tail_command(*tail_client, *tail_options, signals);
    };
  });
}

}  // namespace oc::apps
