/**
 * What explain is told of the server: its settings as they are.
 */
import type { ExplainSettings } from "../../src/explain/outcome.ts";
import { settings } from "../../settings.ts";

export const explainSettings: ExplainSettings = {
  limits: settings.http,
  timeouts: settings.timeouts,
  maxDiscardedBodyBytes: settings.connection.maxDiscardedBodyBytes,
  maxRanges: settings.http.maxRanges,
  extensions: settings.pictures.extensions,
  thumbnailSizesPx: settings.pictures.thumbnailSizesPx,
};
