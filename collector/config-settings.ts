// The list of single settings: where each may be written, and its value without any source. config.ts merges and checks.

export const DATA_DIR_DEFAULT = '/var/lib/overdue-collector'

/** Each single setting: its environment variable, its kind, and the value without any source. */
export const SETTINGS = {
  listen: { variable: 'OVERDUE_LISTEN', kind: 'text', default: '127.0.0.1:8480' },
  publicUrl: { variable: 'OVERDUE_PUBLIC_URL', kind: 'text', default: null },
  'tls.certFile': { variable: 'OVERDUE_TLS_CERT_FILE', kind: 'text', default: null },
  'tls.keyFile': { variable: 'OVERDUE_TLS_KEY_FILE', kind: 'text', default: null },
  allowPlainHttp: { variable: 'OVERDUE_ALLOW_PLAIN_HTTP', kind: 'switch', default: false },
  trustedProxies: { variable: 'OVERDUE_TRUSTED_PROXIES', kind: 'list', default: null },
  allowedHosts: { variable: 'OVERDUE_ALLOWED_HOSTS', kind: 'list', default: null },
  'limits.connections': { variable: 'OVERDUE_LIMITS_CONNECTIONS', kind: 'text', default: 20_000 },
  'limits.connectionsPerAddress': {
    variable: 'OVERDUE_LIMITS_CONNECTIONS_PER_ADDRESS',
    kind: 'text',
    default: 5_000,
  },
  'metrics.perServer': { variable: 'OVERDUE_METRICS_PER_SERVER', kind: 'text', default: 'auto' },
  'knownExploited.file': { variable: 'OVERDUE_KNOWN_EXPLOITED_FILE', kind: 'text', default: null },
  dataDir: { variable: 'OVERDUE_DATA_DIR', kind: 'text', default: DATA_DIR_DEFAULT },
} as const
export type SettingKey = keyof typeof SETTINGS

/** As written: single settings by their key, and the policy table. */
export type RawConfig = { settings: Partial<Record<SettingKey, unknown>>; policy: unknown }

/** One setting that cannot be used. Without `value` nothing of it is shown: nobody knows what the key holds. */
export type ConfigFault = { key: string; value?: unknown; fix: string }
