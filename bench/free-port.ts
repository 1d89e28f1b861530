/**
 * For servers that cannot pick a port by themselves, or do not tell which.
 */
import { type AddressInfo, createServer } from "node:net";

/** Free a moment ago: should somebody else have taken it since, the server does not start, and says so. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
