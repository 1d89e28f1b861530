/**
 * What a server is asked to be.
 */
/** Made by the command line, checked there, and given to every worker. */
export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly backlogConnections: number;
  readonly workers: number;
  readonly rootDirectory: string;
  readonly cacheDirectory: string;
  /** Access and error log; undefined for standard error. */
  readonly logFile: string | undefined;
};
