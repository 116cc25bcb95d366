"""A Loki that does the same work: $OC_LOKI."""
import os

from log_store.process import Store, free_port


class Loki(Store):
    CONFIG = """
auth_enabled: false
server: {{http_listen_address: 127.0.0.1, http_listen_port: {port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {grpc}, log_level: error}}
common: {{path_prefix: {data}, replication_factor: 1, ring: {{instance_addr: 127.0.0.1, kvstore: {{store: inmemory}}}}, storage: {{filesystem: {{chunks_directory: {data}/chunks, rules_directory: {data}/rules}}}}}}
frontend: {{address: 127.0.0.1}}
memberlist: {{bind_addr: [127.0.0.1], advertise_addr: 127.0.0.1}}
ingester: {{wal: {{flush_on_shutdown: true}}}}
schema_config: {{configs: [{{from: 2020-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: i_, period: 24h}}}}]}}
limits_config: {{ingestion_rate_mb: 1000, ingestion_burst_size_mb: 1000, per_stream_rate_limit: 1GB, per_stream_rate_limit_burst: 1GB, allow_structured_metadata: true}}
query_range: {{cache_results: false}}
analytics: {{reporting_enabled: false}}
"""

    def command(self):
        (self.folder / "data").mkdir(exist_ok=True)
        config = self.folder / "loki.yaml"
        config.write_text(self.CONFIG.format(port=self.port, grpc=free_port(), data=self.folder / "data"))
        return [os.environ["OC_LOKI"], f"-config.file={config}", "-target=all"]
