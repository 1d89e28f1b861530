/**
 * Node's own parser (llhttp), as `http.createServer` uses it by default, on a real socket.
 */
import { once } from "node:events";
import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Exchange, sendAll } from "./send-all.ts";
import type { AcceptedRequest, Reading } from "./reading.ts";

export async function readWithNode(wires: readonly Uint8Array[]): Promise<Reading[]> {
  const acceptedByPort = new Map<number, AcceptedRequest[]>();
  const accept = ({ method = "", url = "", socket }: IncomingMessage, content: string): void => {
    const { remotePort = 0 } = socket;
    acceptedByPort.set(remotePort, [
      ...(acceptedByPort.get(remotePort) ?? []),
      { method, target: url, content },
    ]);
  };
  const listener: RequestListener = (request, response) => {
    let content = "";
    request.setEncoding("latin1").on("data", (text: string) => (content += text));
    request.on("end", () => {
      accept(request, content);
      response.end("read");
    });
  };
  const server = createServer(listener);
  // Otherwise it answers 417, and closes behind CONNECT: what it does about a request is not asked here.
  server.on("checkExpectation", listener);
  server.on("connect", (request: IncomingMessage) => accept(request, ""));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const exchanges = await sendAll((server.address() as AddressInfo).port, wires);
    return exchanges.map((exchange) => ({
      accepted: acceptedByPort.get(exchange.localPort) ?? [],
      isRefused: isRefusal(exchange),
    }));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** A status that our listener does not give, or an end that no response announced. */
export function isRefusal({ received, isEnded }: Exchange): boolean {
  const hasErrorStatus = /HTTP\/1\.[01] [45]\d\d /.test(received);
  const isAnnounced = /^connection: close\r$/im.test(received);
  return hasErrorStatus || (isEnded && !isAnnounced);
}
