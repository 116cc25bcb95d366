#include "contracts/rest_api/openapi_parts.h"

namespace oc::contracts {

const std::string_view kOpenApiSchemas = R"json({
  "Error": {
    "type": "object",
    "required": ["error", "next_step"],
    "properties": {
      "error": {"type": "string", "description": "What is wrong"},
      "next_step": {"type": "string", "description": "What to do about it; empty where there is nothing to do"}
    }
  },
  "Status": {
    "type": "object",
    "required": ["version", "started_at", "settled", "summary", "agents", "probe", "stores", "health", "notes"],
    "properties": {
      "version": {"type": "string"},
      "started_at": {"type": "string", "format": "date-time"},
      "settled": {
        "type": "boolean",
        "description": "An agent is connected and has reported its sources, its latest config is applied or failed, the probe has an answer, and every source waits at most for its first line"
      },
      "summary": {
        "type": "object",
        "required": ["sources", "verified", "acknowledged", "partly", "idle", "waiting", "failed"],
        "properties": {
          "sources": {"type": "integer"},
          "verified": {"type": "integer", "description": "Compared byte for byte, or counted"},
          "acknowledged": {"type": "integer", "description": "By a sink that cannot be asked"},
          "partly": {"type": "integer", "description": "The store merged identical lines, or refused old ones"},
          "idle": {"type": "integer"},
          "waiting": {"type": "integer"},
          "failed": {"type": "integer"}
        }
      },
      "agents": {"type": "array", "items": {"$ref": "#/components/schemas/Agent"}},
      "probe": {"oneOf": [{"$ref": "#/components/schemas/VerificationResult"}, {"type": "null"}]},
      "stores": {
        "type": "object",
        "required": ["logs"],
        "properties": {
          "logs": {
            "type": "object",
            "required": ["url", "kind", "reachable", "reason"],
            "properties": {
              "url": {"type": "string"},
              "kind": {"enum": ["embedded", "loki", "otlp"]},
              "reachable": {"type": "boolean"},
              "reason": {"type": "string"}
            }
          }
        }
      },
      "health": {"type": "array", "items": {"$ref": "#/components/schemas/HealthResult"}},
      "notes": {"type": "array", "items": {"type": "string"}}
    }
  },
  "HealthResult": {
    "type": "object",
    "required": ["check", "state", "reason", "figures", "checked_at"],
    "properties": {
      "check": {"enum": ["check_end_to_end_sample_log", "check_loki_push_errors", "check_collector_queue_backpressure"]},
      "state": {"enum": ["good", "warning", "failing", "unknown"]},
      "reason": {"type": "string"},
      "figures": {"type": "object"},
      "checked_at": {"type": "string", "format": "date-time"}
    }
  },
  "Agent": {
    "type": "object",
    "required": [
      "agent_id",
      "host_name",
      "version",
      "connected",
      "healthy",
      "status",
      "last_seen",
      "config",
      "collector",
      "notes",
      "proposed_logs"
    ],
    "properties": {
      "agent_id": {"type": "string", "description": "UUID"},
      "host_name": {"type": "string"},
      "version": {"type": "string"},
      "connected": {"type": "boolean"},
      "healthy": {"type": "boolean"},
      "status": {"type": "string"},
      "last_seen": {"type": "string", "format": "date-time"},
      "config": {
        "type": "object",
        "required": ["version", "state", "error"],
        "properties": {
          "version": {"type": "integer"},
          "state": {"enum": ["applied", "applying", "failed", "none"]},
          "error": {"type": "string"}
        }
      },
      "collector": {
        "type": "object",
        "required": ["kind", "version", "healthy", "error"],
        "properties": {
          "kind": {"type": "string"},
          "version": {"type": "string"},
          "healthy": {"type": "boolean"},
          "error": {"type": "string"}
        }
      },
      "notes": {"type": "array", "items": {"type": "string"}},
      "proposed_logs": {
        "type": "array",
        "description": "Logs that processes of the host write and nobody collects, unless discovery.processes.allow has them",
        "items": {"$ref": "#/components/schemas/ProposedLog"}
      }
    }
  },
  "ProposedLog": {
    "type": "object",
    "required": ["path", "process", "pid"],
    "properties": {
      "path": {"type": "string"},
      "process": {"type": "string", "description": "The name of a process that writes it, or names it in its environment"},
      "pid": {"type": "integer"}
    }
  },
  "LogShape": {
    "type": "object",
    "description": "What was inferred from the source's own bytes; never text of the log",
    "required": ["shape", "timestamp_layout", "record_start", "encoding", "multiline", "confidence", "reason"],
    "properties": {
      "shape": {"type": "string"},
      "timestamp_layout": {"type": "string"},
      "record_start": {"type": "string"},
      "encoding": {"type": "string"},
      "multiline": {"type": "boolean"},
      "confidence": {"type": "number", "minimum": 0, "maximum": 1},
      "reason": {"type": "string"}
    }
  },
  "DiscoveredLogSource": {
    "type": "object",
    "required": [
      "source_id",
      "source_type",
      "log_path",
      "aliases",
      "metadata",
      "discovered_at",
      "status",
      "shape",
      "start_offset",
      "skipped_bytes"
    ],
    "properties": {
      "source_id": {"type": "string"},
      "source_type": {"enum": ["docker", "k8s", "filesystem", "journald", "probe"]},
      "log_path": {"type": "string"},
      "aliases": {"type": "array", "items": {"type": "string"}},
      "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
      "discovered_at": {"type": "string", "format": "date-time"},
      "status": {"enum": ["active", "inactive"]},
      "shape": {"$ref": "#/components/schemas/LogShape"},
      "start_offset": {"type": "integer", "description": "Reading begins at this byte"},
      "skipped_bytes": {"type": "integer", "description": "What the first-run policy leaves out"}
    }
  },
  "Source": {
    "type": "object",
    "required": [
      "id",
      "agent_id",
      "source",
      "labels",
      "user_labels",
      "registered_at",
      "last_seen",
      "config_version",
      "verification"
    ],
    "properties": {
      "id": {"type": "string", "description": "UUID"},
      "agent_id": {"type": "string"},
      "source": {"$ref": "#/components/schemas/DiscoveredLogSource"},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}},
      "user_labels": {
        "type": "object",
        "description": "Those of labels that people set",
        "additionalProperties": {"type": "string"}
      },
      "registered_at": {"type": "string", "format": "date-time"},
      "last_seen": {"type": "string", "format": "date-time"},
      "config_version": {"type": "integer", "description": "0: in no config yet"},
      "verification": {"$ref": "#/components/schemas/Verification"}
    }
  },
  "Verification": {
    "type": "object",
    "required": ["state", "reason", "latency_ms", "verified_at"],
    "properties": {
      "state": {
        "enum": ["verified", "counted", "acknowledged", "merged", "too_old", "idle", "waiting", "not_delivered", "refused"],
        "description": "verified: the store durably holds every complete line that the agent saw; counted: the sink acknowledged them and the store counts as many; acknowledged: the sink acknowledged them and cannot be asked; merged: the store counts fewer than it acknowledged, for identical lines are one to it; too_old: the store takes no lines of that time; idle: there is no complete line to deliver; waiting: not proven yet; not_delivered: not proven within 30 s; refused: by the collector or the store"
      },
      "reason": {"type": "string"},
      "latency_ms": {"type": ["number", "null"], "description": "From the first sight of the lines to the proof"},
      "verified_at": {"type": ["string", "null"], "format": "date-time"}
    }
  },
  "SourcePage": {
    "type": "object",
    "required": ["sources", "next", "total", "total_is_exact"],
    "properties": {
      "sources": {"type": "array", "items": {"$ref": "#/components/schemas/Source"}},
      "next": {"type": ["string", "null"], "description": "For the parameter after; null: the last page"},
      "total": {"type": "integer"},
      "total_is_exact": {"type": "boolean", "description": "false: there are more than total; they were not counted out"}
    }
  },
  "LabelChange": {
    "type": "object",
    "required": ["labels"],
    "additionalProperties": false,
    "properties": {
      "labels": {
        "type": "object",
        "description": "The labels to set; null removes one",
        "additionalProperties": {"type": ["string", "null"]}
      }
    }
  },
  "SourceHistory": {
    "type": "object",
    "required": ["source_id", "history"],
    "properties": {
      "source_id": {"type": "string"},
      "history": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["at", "change", "author", "detail"],
          "properties": {
            "at": {"type": "string", "format": "date-time"},
            "change": {"enum": ["registered", "updated", "labels", "inactive", "active", "deleted"]},
            "author": {"type": "string", "description": "An agent, a user, or onecollector itself"},
            "detail": {"type": "object"}
          }
        }
      }
    }
  },
  "Event": {
    "type": "object",
    "required": ["seq", "at", "type", "subject", "data"],
    "properties": {
      "seq": {"type": "integer", "description": "Rises, never used twice; gaps are possible"},
      "at": {"type": "string", "format": "date-time"},
      "type": {"type": "string", "description": "docs/events.md lists them"},
      "subject": {"type": "string", "description": "What it is about: a source_id, an agent_id …"},
      "data": {"type": "object"}
    }
  },
  "EventPage": {
    "type": "object",
    "required": ["events", "next", "newest"],
    "properties": {
      "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
      "next": {"type": "integer", "description": "For the parameter after: what follows this page"},
      "newest": {"type": "integer", "description": "The seq of the journal's newest event"}
    }
  },
  "Explanation": {
    "type": "object",
    "required": ["source_id", "log_path", "chain", "broken"],
    "properties": {
      "source_id": {"type": "string"},
      "log_path": {"type": "string"},
      "chain": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["step", "ok", "detail"],
          "properties": {
            "step": {"$ref": "#/components/schemas/Step"},
            "ok": {"type": ["boolean", "null"], "description": "null: not reached"},
            "detail": {"type": "string"}
          }
        }
      },
      "broken": {
        "oneOf": [{"$ref": "#/components/schemas/Step"}, {"type": "null"}],
        "description": "The first broken link"
      }
    }
  },
  "Step": {"enum": ["discovered", "registered", "rendered", "applied", "read", "sent", "stored"]},
  "CollectorConfig": {
    "type": "object",
    "required": [
      "version", "parent", "agent_id", "hash", "yaml", "reason", "author", "generated_at", "policy_version", "quarantined"
    ],
    "properties": {
      "version": {"type": "integer", "description": "Counts up for each agent"},
      "parent": {"type": "integer", "description": "The version before; 0: none"},
      "agent_id": {"type": "string"},
      "hash": {"type": "string", "description": "Of the YAML: the same content has the same hash"},
      "yaml": {"type": "string"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "generated_at": {"type": "string", "format": "date-time"},
      "policy_version": {"type": "integer", "description": "The policy whose overlay was merged in; 1: none"},
      "quarantined": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Sources that were left out, by source_id, with the reason"
      }
    }
  },
  "ConfigSummary": {
    "type": "object",
    "required": [
      "version", "parent", "agent_id", "hash", "reason", "author", "generated_at", "policy_version", "quarantined", "state",
      "error"
    ],
    "properties": {
      "version": {"type": "integer", "description": "Counts up for each agent"},
      "parent": {"type": "integer", "description": "The version before; 0: none"},
      "agent_id": {"type": "string"},
      "hash": {"type": "string", "description": "Of the YAML: the same content has the same hash"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "generated_at": {"type": "string", "format": "date-time"},
      "policy_version": {"type": "integer", "description": "The policy whose overlay was merged in; 1: none"},
      "quarantined": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Sources that were left out, by source_id, with the reason"
      },
      "state": {
        "enum": ["none", "applying", "applied", "failed", "refused", "verified", "unproven", "broken"],
        "description": "none: replaced before it was sent; unproven: applied, and no line came yet by which to prove it"
      },
      "error": {"type": "string", "description": "Why it failed, was refused or is broken"}
    }
  },
  "ConfigProblem": {
    "type": "object",
    "required": ["component", "file", "line", "column", "message", "next_step"],
    "properties": {
      "component": {"type": "string", "description": "receivers::file_log/ab12; empty: the file as a whole"},
      "file": {"type": "string", "description": "The overlay's name, or rendered"},
      "line": {"type": "integer", "description": "From 1; 0: not known"},
      "column": {"type": "integer"},
      "message": {"type": "string"},
      "next_step": {"type": "string"}
    }
  },
  "ConfigDiff": {
    "type": "object",
    "required": ["added", "removed", "changed", "diff"],
    "properties": {
      "added": {"type": "array", "items": {"type": "string"}, "description": "Components: receivers::file_log/ab12"},
      "removed": {"type": "array", "items": {"type": "string"}},
      "changed": {"type": "array", "items": {"type": "string"}},
      "diff": {"type": "string", "description": "By line, in the unified format; empty: the same"}
    }
  },
  "OverlayRequest": {
    "type": "object",
    "required": ["overlay"],
    "properties": {
      "overlay": {"type": "string", "description": "Collector YAML"},
      "name": {"type": "string", "description": "The file name that errors show"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "force": {"type": "boolean", "description": "Propose it even if it is marked broken"}
    }
  },
  "Policy": {
    "type": "object",
    "required": ["version", "parent", "overlay", "overlay_name", "hash", "reason", "author", "created_at", "state", "broken_reason"],
    "properties": {
      "version": {"type": "integer", "description": "Counts up; 1 is the empty overlay"},
      "parent": {"type": "integer", "description": "The version that was current when it was made; 0: none"},
      "overlay": {"type": "string", "description": "Collector YAML, merged last into every rendered config"},
      "overlay_name": {"type": "string", "description": "The file name that errors show"},
      "hash": {"type": "string", "description": "Of the overlay: the same content has the same hash"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "created_at": {"type": "string", "format": "date-time"},
      "state": {"enum": ["proposed", "current", "proven", "broken", "superseded"]},
      "broken_reason": {"type": "string"}
    }
  },
  "PolicySummary": {
    "type": "object",
    "required": ["version", "parent", "overlay_name", "hash", "reason", "author", "created_at", "state", "broken_reason"],
    "properties": {
      "version": {"type": "integer", "description": "Counts up; 1 is the empty overlay"},
      "parent": {"type": "integer", "description": "The version that was current when it was made; 0: none"},
      "overlay_name": {"type": "string", "description": "The file name that errors show"},
      "hash": {"type": "string", "description": "Of the overlay: the same content has the same hash"},
      "reason": {"type": "string"},
      "author": {"type": "string"},
      "created_at": {"type": "string", "format": "date-time"},
      "state": {"enum": ["proposed", "current", "proven", "broken", "superseded"]},
      "broken_reason": {"type": "string"}
    }
  },
  "Plan": {
    "type": "object",
    "required": ["refused", "problems", "agents"],
    "properties": {
      "refused": {"type": "boolean"},
      "problems": {"type": "array", "items": {"$ref": "#/components/schemas/ConfigProblem"}},
      "agents": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["agent_id", "host_name", "refused", "problems", "quarantined", "notes", "difference"],
          "properties": {
            "agent_id": {"type": "string"},
            "host_name": {"type": "string"},
            "refused": {"type": "boolean"},
            "problems": {"type": "array", "items": {"$ref": "#/components/schemas/ConfigProblem"}},
            "quarantined": {"type": "object", "additionalProperties": {"type": "string"}},
            "notes": {"type": "array", "items": {"type": "string"}},
            "difference": {"oneOf": [{"$ref": "#/components/schemas/ConfigDiff"}, {"type": "null"}]}
          }
        }
      }
    }
  },
  "VerificationResult": {
    "type": "object",
    "required": ["test_id", "log_found", "latency_seconds", "labels_correct", "reason", "verified_at"],
    "properties": {
      "test_id": {"type": "string", "description": "The UUID in the probe's line"},
      "log_found": {"type": "boolean"},
      "latency_seconds": {"type": "number"},
      "labels_correct": {"type": "boolean"},
      "reason": {"type": "string"},
      "verified_at": {"type": "string", "format": "date-time"}
    }
  }
})json";

}  // namespace oc::contracts
