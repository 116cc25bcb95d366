#include "contracts/rest_api/openapi_parts.h"

namespace oc::contracts {

const std::string_view kOpenApiWorkflowPaths = R"json({
  "/api/v1/workflows": {
    "get": {
      "operationId": "listWorkflowRuns",
      "summary": "Runs of workflows, the newest first, page by page.",
      "parameters": [
        {
          "name": "state",
          "in": "query",
          "description": "Only these",
          "schema": {"enum": ["running", "completed", "failed", "cancelled"]}
        },
        {"name": "workflow", "in": "query", "description": "Only of this workflow", "schema": {"type": "string"}},
        {
          "name": "limit",
          "in": "query",
          "description": "Runs on a page",
          "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 200}
        },
        {"name": "after", "in": "query", "description": "The next of the page before", "schema": {"type": "string"}}
      ],
      "responses": {
        "200": {
          "description": "A page of runs",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["runs", "next"],
                "properties": {
                  "runs": {"type": "array", "items": {"$ref": "#/components/schemas/WorkflowRun"}},
                  "next": {"type": ["string", "null"]}
                }
              }
            }
          }
        },
        "400": {
          "description": "A parameter is wrong; the message names it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/workflows/{run_id}": {
    "get": {
      "operationId": "getWorkflowRun",
      "summary": "One run with its steps: input, output, attempts, errors, times.",
      "parameters": [
        {
          "name": "run_id",
          "in": "path",
          "required": true,
          "description": "A run's id or a unique beginning of it",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "The run",
          "content": {
            "application/json": {
              "schema": {
                "allOf": [
                  {"$ref": "#/components/schemas/WorkflowRun"},
                  {
                    "type": "object",
                    "required": ["steps", "steps_left_out"],
                    "properties": {
                      "steps": {"type": "array", "items": {"$ref": "#/components/schemas/WorkflowStep"}},
                      "steps_left_out": {
                        "type": "integer",
                        "description": "Older ones that are not shown: at most the newest 1000 are"
                      }
                    }
                  }
                ]
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/workflows/{run_id}/cancel": {
    "post": {
      "operationId": "cancelWorkflowRun",
      "summary": "Asks a run to end; it may undo what it did before it does.",
      "parameters": [
        {
          "name": "run_id",
          "in": "path",
          "required": true,
          "description": "As for getWorkflowRun",
          "schema": {"type": "string"}
        }
      ],
      "responses": {
        "200": {
          "description": "It is asked",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["run_id", "cancel_requested"],
                "properties": {"run_id": {"type": "string"}, "cancel_requested": {"type": "boolean"}}
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "409": {
          "description": "It has ended",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/workflows/{run_id}/signals/{name}": {
    "post": {
      "operationId": "signalWorkflowRun",
      "summary": "Sends a signal to a run; it is delivered once.",
      "parameters": [
        {
          "name": "run_id",
          "in": "path",
          "required": true,
          "description": "As for getWorkflowRun",
          "schema": {"type": "string"}
        },
        {"name": "name", "in": "path", "required": true, "description": "The signal's", "schema": {"type": "string"}}
      ],
      "requestBody": {
        "description": "The signal's data, at most 256 KiB; none: {}",
        "content": {"application/json": {"schema": {}}}
      },
      "responses": {
        "200": {
          "description": "It is journaled",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["run_id", "signal"],
                "properties": {"run_id": {"type": "string"}, "signal": {"type": "string"}}
              }
            }
          }
        },
        "400": {
          "description": "The data is no JSON, or too large",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "Not known; next_step says how to find it",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "409": {
          "description": "It has ended",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "It has too many signals that it has not taken",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/activities": {
    "get": {
      "operationId": "listActivities",
      "summary": "Activities that can be called by name, with their schemas and limits.",
      "responses": {
        "200": {
          "description": "Activities",
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "required": ["activities"],
                "properties": {
                  "activities": {"type": "array", "items": {"$ref": "#/components/schemas/Activity"}}
                }
              }
            }
          }
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  },
  "/api/v1/activities/{name}/run": {
    "post": {
      "operationId": "runActivity",
      "summary": "Runs an activity now and waits for it, with the retries that its limits allow.",
      "parameters": [
        {
          "name": "name",
          "in": "path",
          "required": true,
          "description": "The activity's",
          "schema": {"type": "string"}
        }
      ],
      "requestBody": {
        "description": "The input, as the activity's input_schema says; none: {}",
        "content": {"application/json": {"schema": {"type": "object"}}}
      },
      "responses": {
        "200": {
          "description": "It ran",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ActivityResult"}}}
        },
        "400": {
          "description": "The input is wrong, the message names the member; or the same call would fail again",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "401": {
          "description": "Access denied; next_step says how to get in",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "404": {
          "description": "No activity has the name; next_step suggests one",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "503": {
          "description": "It failed in a way that may pass, or too many run at once",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "504": {
          "description": "Its time was over at the last attempt",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    }
  }
})json";

const std::string_view kOpenApiWorkflowSchemas = R"json({
  "WorkflowRun": {
    "type": "object",
    "required": ["run_id", "workflow", "definition_version", "key", "epoch", "state", "cancel_requested", "input",
                 "outcome", "error", "started_at", "finished_at"],
    "properties": {
      "run_id": {"type": "string", "description": "UUID"},
      "workflow": {"type": "string"},
      "definition_version": {"type": "integer", "description": "Of the code that the present epoch began with"},
      "key": {"type": "string", "description": "At most one running run of a workflow has it"},
      "epoch": {"type": "integer", "description": "Counts up when the run begins again from observation"},
      "state": {"enum": ["running", "completed", "failed", "cancelled"]},
      "cancel_requested": {"type": "boolean"},
      "input": {},
      "outcome": {"description": "null unless it ended with one"},
      "error": {"oneOf": [{"$ref": "#/components/schemas/StepError"}, {"type": "null"}]},
      "started_at": {"type": "string", "format": "date-time"},
      "finished_at": {"type": ["string", "null"], "format": "date-time"}
    }
  },
  "WorkflowStep": {
    "type": "object",
    "required": ["name", "kind", "epoch", "state", "attempt", "input", "output", "error", "started_at", "finished_at",
                 "due_at"],
    "properties": {
      "name": {"type": "string", "description": "The activity's, with #2, #3 … when it is asked again"},
      "kind": {"enum": ["activity", "timer", "signal"]},
      "epoch": {"type": "integer"},
      "state": {"enum": ["running", "completed", "failed", "cancelled"]},
      "attempt": {"type": "integer", "minimum": 1},
      "input": {},
      "output": {"description": "null unless completed"},
      "error": {
        "description": "Why it failed, or why the attempt before this one did",
        "oneOf": [{"$ref": "#/components/schemas/StepError"}, {"type": "null"}]
      },
      "started_at": {"type": "string", "format": "date-time"},
      "finished_at": {"type": ["string", "null"], "format": "date-time"},
      "due_at": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "End of a timer, time limit of a signal, next attempt of an activity"
      }
    }
  },
  "StepError": {
    "type": "object",
    "required": ["error", "next_step", "retryable"],
    "properties": {
      "error": {"type": "string"},
      "next_step": {"type": "string"},
      "retryable": {"type": "boolean", "description": "The world may change; false: the same call fails again"}
    }
  },
  "Activity": {
    "type": "object",
    "required": ["name", "description", "input_schema", "output_schema", "limits"],
    "properties": {
      "name": {"type": "string"},
      "description": {"type": "string"},
      "input_schema": {"type": "object", "description": "JSON Schema 2020-12"},
      "output_schema": {"type": "object", "description": "JSON Schema 2020-12"},
      "limits": {
        "type": "object",
        "required": ["timeout_ms", "attempts", "first_pause_ms", "longest_pause_ms"],
        "properties": {
          "timeout_ms": {"type": "integer", "description": "Of one attempt"},
          "attempts": {"type": "integer"},
          "first_pause_ms": {"type": "integer", "description": "Doubled after each further failure"},
          "longest_pause_ms": {"type": "integer"}
        }
      }
    }
  },
  "ActivityResult": {
    "type": "object",
    "required": ["output", "attempts", "duration_ms"],
    "properties": {
      "output": {"type": "object", "description": "As the activity's output_schema says"},
      "attempts": {"type": "integer"},
      "duration_ms": {"type": "integer"}
    }
  }
})json";

}  // namespace oc::contracts
