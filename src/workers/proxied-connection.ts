/**
 * A connection that a proxy made for somebody else, and says so in its first octets (proxy-protocol.ts).
 */
import type { Socket } from "node:net";
import { type Connection, type ConnectionContext, openConnection } from "./connection.ts";
import { readProxyHeader } from "./proxy-protocol.ts";

/**
 * Only whom we trust may say so, and whoever connects must: else the connection is closed, since nobody knows who asks.
 */
export function openProxiedConnection(socket: Socket, context: ConnectionContext): Connection {
  const proxyAddress = socket.remoteAddress;
  let connection: Connection | undefined;
  let hurryMs: number | undefined;

  async function open(): Promise<void> {
    const isTrusted = context.trustedProxies.has(proxyAddress);
    const header = isTrusted
      ? await readProxyHeader(socket, context.deadlines, context.timeouts.firstOctetMs)
      : undefined;
    if (header === undefined) {
      context.log.line(
        `warning: ${proxyAddress ?? "somebody"} connected without a PROXY header to be believed`,
      );
      socket.destroy();
      return;
    }
    connection = openConnection(socket, context, header.sourceAddress ?? proxyAddress);
    if (hurryMs !== undefined) connection.hurry(hurryMs);
  }

  socket.on("error", () => undefined); // `close` follows
  void open();
  return {
    hurry(withinMs) {
      hurryMs = withinMs;
      connection?.hurry(withinMs);
    },
  };
}
