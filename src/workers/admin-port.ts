/**
 * The second port of a master, for who runs the server (`--admin`): it speaks HTTP with the code that serves the
 * gallery, under the same limits and deadlines.
 *
 * The only file of this room that knows src/admin. A master loads it if there is to be such a port. It keeps nobody
 * alive, and what goes wrong here is answered with 500 and logged.
 */
import { type AddressInfo, type Server, createServer } from "node:net";
import type { Settings } from "../../settings.ts";
import { STATUS_PATH, adminErrorResponse, createAdmin } from "../admin/admin.ts";
import type { Snapshot } from "../admin/snapshot.ts";
import { link } from "./announcement.ts";
import { TrustedProxies } from "./client-address.ts";
import { type ConnectionContext, openConnection } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import { type Log, describeError } from "./log.ts";
import type { AdminAddress } from "./options.ts";
import { ChunkPool } from "./write-response.ts";

export type AdminSettings = Pick<Settings, "http" | "connection" | "timeouts" | "admin">;

export type AdminSources = {
  readonly log: Log;
  readonly isHealthy: () => boolean;
  readonly isStopping: () => boolean;
  readonly takeSnapshot: () => Promise<Snapshot>;
};

/**
 * @returns the link to the page for people
 * @throws the system's error if it cannot listen there
 */
export async function openAdminPort(
  { host, port }: AdminAddress,
  settings: AdminSettings,
  { log, isHealthy, isStopping, takeSnapshot }: AdminSources,
): Promise<string> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.maxConnections = settings.admin.maxConnections;
  const { address, port: boundPort } = await listen(server, host, port);
  server.on("error", (error) => log.line(`error: ${error.message}`)); // one connection not accepted; others will be
  server.unref();
  /** Nothing here may end the master. */
  const contain = (doIt: () => void): void => {
    try {
      doIt();
    } catch (error) {
      log.line(`error: ${describeError(error)}`);
    }
  };
  const deadlines = new Deadlines(() => performance.now());
  setInterval(() => contain(() => deadlines.tick()), settings.timeouts.tickMs).unref();
  const context: ConnectionContext = {
    handler: createAdmin({
      isLoopback: LOOPBACK.test(address),
      isHealthy,
      takeSnapshot,
      refreshSeconds: settings.admin.refreshSeconds,
    }),
    errorResponse: adminErrorResponse,
    limits: { ...settings.http, ...settings.connection },
    timeouts: settings.timeouts,
    deadlines,
    pool: new ChunkPool(settings.connection.readChunkBytes, 0),
    log,
    account: () => undefined, // asked every few seconds by machines: it would drown the log, and is no visit
    trustedProxies: new TrustedProxies([]),
    trace: undefined,
    maxShownOctets: 0,
    now: Date.now,
    isDraining: isStopping,
  };
  server.on("connection", (socket) => contain(() => void openConnection(socket, context)));
  return link(host, boundPort) + STATUS_PATH;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
