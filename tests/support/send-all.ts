/**
 * Many connections to one peer, each with octets of its own that are sent at once, and what came back.
 */
import { once } from "node:events";
import { type Socket, connect } from "node:net";

export type Exchange = {
  /** Of our side, by which the peer knows the connection. */
  readonly localPort: number;
  /** One character for each octet. */
  readonly received: string;
  /** Whether the peer sends no more. */
  readonly isEnded: boolean;
};

/**
 * A peer has nothing more to say when it was quiet for so long, and while it answered so many other requests: what
 * waited for it was read before them.
 */
const QUIET_MS = 300;
const QUIET_ANSWERS = 20;

/** @param port of a peer on this machine that answers `GET /` */
export async function sendAll(port: number, wires: readonly Uint8Array[]): Promise<Exchange[]> {
  const connections = await Promise.all(wires.map((wire) => send(port, wire)));
  let quietSinceMs = performance.now();
  let answers = 0;
  let octets = 0;
  while (answers < QUIET_ANSWERS || performance.now() - quietSinceMs < QUIET_MS) {
    await askForSomething(port);
    answers += 1;
    const octetsNow = connections.reduce(
      (sum, { received, isEnded }) => sum + received.length + Number(isEnded),
      0,
    );
    if (octetsNow === octets) continue;
    octets = octetsNow;
    quietSinceMs = performance.now();
    answers = 0;
  }
  return connections.map(({ socket, localPort, received, isEnded }) => {
    socket.destroy();
    return { localPort, received, isEnded };
  });
}

type Connection = { readonly socket: Socket; localPort: number; received: string; isEnded: boolean };

/** Resolves when the octets are on their way. */
async function send(port: number, wire: Uint8Array): Promise<Connection> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  await once(socket, "connect");
  const connection: Connection = { socket, localPort: socket.localPort ?? 0, received: "", isEnded: false };
  const end = (): boolean => (connection.isEnded = true);
  socket.on("end", end).on("error", end); // a peer that refuses the first octets may reset the rest
  socket.on("data", (piece: Buffer) => (connection.received += piece.toString("latin1")));
  socket.write(wire);
  return connection;
}

async function askForSomething(port: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
}
