// From the journal to one receiver, at least once: a consumer of the event bus of its own ("alerting-webhook" …), so
// that a receiver that is down holds up no other. What waits for it waits in the journal. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "base/metrics.h"
#include "control_plane/alerting/alert_batcher.h"
#include "control_plane/alerting/alert_receiver.h"
#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

struct AlertingTimes {
  BatchTimes batch;
  std::chrono::milliseconds first_pause{1'000};  // between attempts while the receiver fails; doubled each time
  std::chrono::milliseconds longest_pause{60'000};
};

class AlertPipeline {
 public:
  struct Parts {
    EventBus& bus;
    MetricRegistry& metrics;
    const Clock& clock;
    AlertingTimes times;
  };
  AlertPipeline(Parts parts, ReceiverOptions receiver);  // starts the thread
  ~AlertPipeline();                                      // stops, within one request's cancellation

 private:
  void run(const std::stop_token& stop);
  void work(const std::stop_token& stop);
  bool begin();
  Status recall(std::int64_t until);
  Status take_events();
  void send_due(const std::stop_token& stop);
  // False: told to stop; the group counts as not sent.
  bool send(const AlertGroup& group, const std::stop_token& stop);
  void note_sent(const AlertGroup& group);
  void note_failed(const AlertGroup& group, const Error& error);
  void publish(std::string type, const AlertGroup& group, const std::string& reason);
  void keep_place();

  Parts parts_;
  const std::string base_url_, consumer_;
  AlertReceiver receiver_;
  AlertBatcher batcher_;
  std::int64_t read_ = 0, kept_ = 0;  // seqs: read from the journal, and advanced to
  bool place_due_ = false;            // an alert's event was passed since
  std::atomic<bool> ended_ = false;
  std::shared_ptr<Counter> sent_, failed_, attempts_failed_, left_out_;
  std::jthread thread_;  // last: it uses all of the above
};

// All receivers of the config. Starts and stops with its life; without receivers it does nothing.
class Alerting {
 public:
  Alerting(const AlertPipeline::Parts& parts, const contracts::Config& config);

 private:
  std::vector<std::unique_ptr<AlertPipeline>> pipelines_;
};

}  // namespace oc::control_plane
