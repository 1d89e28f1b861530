/**
 * The long names of all options with a meaning, whichever way they come: the same in flags, environment and configuration.
 */
export const OPTION_NAMES = [
  "port",
  "workers",
  "root",
  "rootdir",
  "document-root",
  "host",
  "backlog",
  "accept",
  "log-file",
  "file-log",
  "log-format",
  "trust-proxy",
  "proxy-protocol",
  "allow-host",
  "cache",
  "admin",
  "trace",
  "trace-file",
  "config",
] as const;
