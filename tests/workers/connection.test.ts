/**
 * One connection over a real socket, with a handler of our own, short timeouts, and time in our hands: incomplete
 * messages (RFC 9112 §8), timeouts and a client that is slow or fast (§9.5), the close (§9.6), and 408 (RFC 9110 §15.5.9).
 */
import { once } from "node:events";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { settings } from "../../settings.ts";
import { HttpError } from "../../src/http/errors.ts";
import type { ContentSource, Handler, Response } from "../../src/http/message.ts";
import { ACCESS_FORMATS } from "../../src/workers/access-log.ts";
import { TrustedProxies } from "../../src/workers/client-address.ts";
import { type Connection, type ConnectionContext, openConnection } from "../../src/workers/connection.ts";
import { Deadlines } from "../../src/workers/deadlines.ts";
import { ChunkPool } from "../../src/workers/write-response.ts";
import { releaseAfter } from "../support/lifetime.ts";
import { RawClient } from "../support/raw-client.ts";

const FIRST_OCTET_MS = 15_000;
const HEAD_MS = 10_000;
const IDLE_MS = 5_000;
const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const EPOCH_MS = Date.UTC(2026, 10, 21);

type Setup = {
  readonly client: RawClient;
  /** The server's end. */
  readonly socket: Socket;
  readonly connection: Connection;
  readonly lines: string[];
  readonly pool: ChunkPool;
  /** Lets so much time go by. */
  readonly pass: (ms: number) => void;
  /** Writes, and waits until the server has read it. */
  readonly deliver: (octets: string) => Promise<void>;
};

const hello: Handler = () => Promise.resolve(textResponse("hello"));

function textResponse(text: string): Response {
  return { status: 200, fields: [], content: { kind: "bytes", bytes: Buffer.from(text) } };
}

async function setUp(handler: Handler = hello, changes: Partial<ConnectionContext> = {}): Promise<Setup> {
  let nowMs = 0;
  const deadlines = new Deadlines(() => nowMs);
  const lines: string[] = [];
  const pool = new ChunkPool(65_536, 4);
  const context: ConnectionContext = {
    handler,
    errorResponse: ({ status, reason, fields }) => ({ ...textResponse(reason), status, fields }),
    limits: { ...settings.http, ...settings.connection },
    timeouts: {
      firstOctetMs: FIRST_OCTET_MS,
      requestHeadMs: HEAD_MS,
      keepAliveIdleMs: IDLE_MS,
      writePieceMs: 30_000,
      discardBodyMs: 1_000,
      writeStallMs: 200, // the one that real time decides: octets leave a socket without telling us
      lingerMs: 2_000,
    },
    deadlines,
    pool,
    log: {
      line: (text) => void lines.push(text),
      reopen: () => undefined,
      flush: () => Promise.resolve(),
      flushAtLast: () => Promise.resolve(),
    },
    account: (access) => void lines.push(ACCESS_FORMATS.common(access)),
    trustedProxies: new TrustedProxies([]),
    trace: undefined,
    maxShownOctets: 100,
    now: () => EPOCH_MS + nowMs,
    isDraining: () => false,
    ...changes,
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
  releaseAfter("test", () => void server.close());
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = await RawClient.connect((server.address() as AddressInfo).port);
  const [socket] = await accepted;
  releaseAfter("test", () => void socket.destroy());
  const connection = openConnection(socket, context);
  return {
    client,
    socket,
    connection,
    lines,
    pool,
    pass(ms) {
      nowMs += ms;
      deadlines.tick();
    },
    async deliver(octets) {
      const read = once(socket, "data");
      client.write(octets);
      await read;
    },
  };
}

/** Unlike `once`, not disturbed by an error before. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("close", () => resolve());
  });
}

/** A promise, and what fulfils it. */
function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let fulfil: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    fulfil = resolve;
  });
  return { promise, resolve: (value) => fulfil?.(value) };
}

async function expectSilentEnd({ client }: Setup): Promise<void> {
  expect((await client.readToEnd()).toString()).toBe("");
  expect(client.ending).toBe("end");
}

test("content in very many chunks leaves others their turn while it is dropped", async () => {
  let turns = 0;
  const turnsBefore: number[] = [];
  const { client, socket } = await setUp(() => {
    turnsBefore.push(turns);
    return textResponse("hello");
  });
  const count = (): void => {
    turns++;
    if (turnsBefore.length < 2) setImmediate(count);
  };
  socket.once("data", () => setImmediate(count));
  const chunks = "1\r\nx\r\n".repeat(8_000); // with all the rest less than a socket reads at once
  client.write(
    `POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n${GET}`,
  );
  await client.readResponse();
  await client.readResponse();
  const [first = 0, second = 0] = turnsBefore;
  expect(second - first).toBeGreaterThan(5);
});

test("closes a connection on which nothing ever comes, without a word", async () => {
  const setup = await setUp();
  setup.pass(FIRST_OCTET_MS - 1);
  expect(setup.socket.writableEnded).toBe(false);
  setup.pass(1);
  await expectSilentEnd(setup);
  expect(setup.lines).toEqual([]);
});

test("closes a kept connection on which nothing more comes, without a word", async () => {
  const setup = await setUp();
  await setup.deliver(GET);
  await setup.client.readResponse();
  setup.pass(IDLE_MS - 1);
  await setup.deliver(GET);
  expect((await setup.client.readResponse()).status).toBe(200);
  setup.pass(IDLE_MS);
  await expectSilentEnd(setup);
});

test("answers 408 to a head that began and did not end in time", async () => {
  const setup = await setUp();
  setup.pass(FIRST_OCTET_MS - 1);
  await setup.deliver("GET / HT");
  setup.pass(HEAD_MS - 1);
  expect(setup.socket.bytesWritten).toBe(0);
  setup.pass(1);
  const { status, fields } = await setup.client.readResponse();
  expect([status, fields.get("connection")]).toEqual([408, "close"]);
  await expectSilentEnd(setup);
  expect(setup.lines).toEqual([expect.stringContaining('"-" 408 ')]);
});

test("gives a client that drips not a moment more for its head", async () => {
  const setup = await setUp();
  for (const octet of GET.slice(0, 20)) {
    await setup.deliver(octet);
    setup.pass(HEAD_MS / 20);
  }
  expect((await setup.client.readResponse()).status).toBe(408);
});

test("counts the time for a second head from its own first octet", async () => {
  const setup = await setUp();
  await setup.deliver(`${GET}GET / HT`);
  await setup.client.readResponse();
  setup.pass(HEAD_MS - 1);
  await setup.deliver("TP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await setup.client.readResponse()).status).toBe(200);
  await setup.deliver("GET");
  setup.pass(HEAD_MS);
  expect((await setup.client.readResponse()).status).toBe(408);
});

test("lets no deadline of a client's run while it waits for its response", async () => {
  const { promise, resolve } = later<Response>();
  const setup = await setUp(() => promise);
  await setup.deliver(GET);
  setup.pass(1_000_000);
  resolve(textResponse("at last"));
  expect((await setup.client.readResponse()).content.toString()).toBe("at last");
});

test("closes if the content it throws away does not end in time", async () => {
  const setup = await setUp();
  await setup.deliver("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
  expect((await setup.client.readResponse()).fields.has("connection")).toBe(false);
  setup.pass(1_000);
  await expectSilentEnd(setup);
});

test("cuts a client off that goes on sending long after the last response", async () => {
  const setup = await setUp();
  await setup.deliver("garbage\r\n\r\n");
  await setup.client.readResponse();
  const closed = closeOf(setup.socket);
  for (let i = 0; i < 9 && !setup.socket.destroyed; i++) {
    const before = setup.socket.bytesRead;
    setup.client.write("x".repeat(65_536));
    await vi.waitFor(() => expect(setup.socket.bytesRead > before || setup.socket.destroyed).toBe(true));
  }
  await closed;
});

test("cuts a client off that never closes after the last response", async () => {
  const setup = await setUp();
  setup.client.socket.allowHalfOpen = true;
  await setup.deliver("garbage\r\n\r\n");
  await setup.client.readResponse();
  await setup.client.readToEnd();
  expect(setup.socket.destroyed).toBe(false);
  const closed = closeOf(setup.socket);
  setup.pass(2_000);
  await closed;
});

test("destroys a connection whose client takes no octet for too long", async () => {
  const setup = await setUp(() => Promise.resolve(endlessResponse()));
  const closed = closeOf(setup.socket);
  const startMs = performance.now();
  setup.client.write(GET);
  await closed;
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);
  await vi.waitFor(() => expect(setup.lines).toHaveLength(1));
});

test("destroys a connection whose client takes no octet of one large piece", async () => {
  const bytes = Buffer.alloc(30_000_000);
  const setup = await setUp(() =>
    Promise.resolve({ status: 200, fields: [], content: { kind: "bytes", bytes } }),
  );
  const closed = closeOf(setup.socket);
  setup.client.write(GET);
  await closed;
  await vi.waitFor(() => expect(setup.lines).toHaveLength(1));
});

test("is not kept alive by a client that sends octets but takes none", async () => {
  const timeouts = { ...settings.timeouts, writeStallMs: 200, writePieceMs: 1_000 };
  const setup = await setUp(() => Promise.resolve(endlessResponse()), { timeouts });
  const closed = closeOf(setup.socket);
  setup.client.write(GET);
  const drip = setInterval(() => setup.client.write("x"), 20);
  releaseAfter("test", () => clearInterval(drip));
  await closed;
  await vi.waitFor(() => expect(setup.lines).toHaveLength(1));
});

test("leaves no listener behind for each time it waited for a client", async () => {
  const bytes = Buffer.alloc(1_000_000);
  const setup = await setUp(() =>
    Promise.resolve({ status: 200, fields: [], content: { kind: "bytes", bytes } }),
  );
  const counts: number[] = [];
  for (let i = 0; i < 4; i++) {
    setup.client.write(GET);
    await setup.client.readResponse();
    counts.push(setup.socket.listenerCount("close"));
  }
  expect(new Set(counts).size).toBe(1);
});

test("is patient with a client that takes a little now and then", async () => {
  const lengthBytes = 8_000_000;
  const setup = await setUp(() => Promise.resolve(endlessResponse(lengthBytes)));
  setup.client.write(GET);
  await setup.client.readHead();
  for (let read = 0; read < lengthBytes; read += 1_000_000) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // half of writeStallMs: real time is the point here
    expect(await setup.client.countOctets(1_000_000)).toBe(1_000_000);
  }
});

function endlessResponse(lengthBytes = 1e12, source: Partial<ContentSource> = {}): Response {
  const zeros: ContentSource = {
    read: (into) => Promise.resolve(into.fill(0).length),
    close: () => Promise.resolve(),
    ...source,
  };
  return { status: 200, fields: [], content: { kind: "source", lengthBytes, source: zeros } };
}

test("closes the source of a response, sent or not", async () => {
  for (const request of [GET, GET.replace("GET", "HEAD")]) {
    const close = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const { client } = await setUp(() => Promise.resolve(endlessResponse(1e12, { close })));
    client.write(request);
    await client.readHead();
    client.destroy();
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
  }
});

test("uses its pieces again", async () => {
  const { client, pool } = await setUp(() => Promise.resolve(endlessResponse(100_000)));
  const taken = vi.spyOn(pool, "take");
  for (let i = 0; i < 3; i++) {
    client.write(GET);
    await client.readResponse();
  }
  const pieces = new Set(taken.mock.results.map(({ value }) => value as Buffer));
  expect([taken.mock.calls.length, pieces.size]).toEqual([3, 1]);
});

test("breaks the connection if a source ends before its length", async () => {
  const sizes = [1_000, 0];
  const read = (): Promise<number> => Promise.resolve(sizes.shift() ?? 0);
  const { client } = await setUp(() => Promise.resolve(endlessResponse(5_000, { read })));
  client.write(GET);
  await client.readHead();
  expect(await client.countOctets()).toBeLessThan(5_000);
});

const failingRead = (): Promise<number> => Promise.reject(new Error("the disk is gone"));

test("breaks the connection if a source cannot be read, and says so in the log", async () => {
  const { client, lines } = await setUp(() => Promise.resolve(endlessResponse(5_000, { read: failingRead })));
  client.write(GET);
  expect(await client.countOctets()).toBe(0);
  expect(lines.join("\n")).toContain("the disk is gone");
});

test("makes a 500 of a bug, tells the client nothing of it and the log everything, and goes on", async () => {
  let count = 0;
  const handler: Handler = (request) => {
    if (count++ === 0) throw new Error("/a/secret/path");
    return hello(request);
  };
  const { client, lines } = await setUp(handler);
  client.write(GET + GET);
  const { status, content } = await client.readResponse();
  expect(status).toBe(500);
  expect(content.toString()).not.toContain("secret");
  expect((await client.readResponse()).content.toString()).toBe("hello");
  expect(lines[0]).toContain("/a/secret/path");
});

test("makes a response of an HttpError, with its fields", async () => {
  const error = new HttpError(405, "No.", { fields: [["Allow", "GET"]], cause: new Error("for the log") });
  const { client, lines } = await setUp(() => Promise.reject(error));
  client.write(GET);
  const { status, fields, content } = await client.readResponse();
  expect([status, fields.get("allow"), content.toString()]).toEqual([405, "GET", "No."]);
  expect(lines.join("\n")).toContain("for the log");
});

test("sends no response that would be split in two", async () => {
  const evil: Response = { ...textResponse("x"), fields: [["Location", "/\r\nSet-Cookie: a=b"]] };
  const { client, lines } = await setUp(() => Promise.resolve(evil));
  client.write(GET);
  expect((await client.readToEnd()).toString()).not.toContain("Set-Cookie");
  expect(lines.join("\n")).toContain("Location");
});

test("asks the handler for one response at a time, in order", async () => {
  const waiting: ((response: Response) => void)[] = [];
  const handler: Handler = () => new Promise((resolve) => waiting.push(resolve));
  const setup = await setUp(handler);
  await setup.deliver(GET.repeat(3));
  for (const text of ["first", "second", "third"]) {
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting.shift()?.(textResponse(text));
    expect((await setup.client.readResponse()).content.toString()).toBe(text);
  }
});

test("lets the handler see what becomes of the client while it waits", async () => {
  const { promise, resolve } = later<Response>();
  const seen: string[] = [];
  const setup = await setUp((_, client) => {
    seen.push(client?.presence ?? "");
    client?.watch(() => seen.push(client.presence));
    return promise;
  });
  await setup.deliver(GET);
  setup.client.socket.end();
  await vi.waitFor(() => expect(seen).toEqual(["waiting", "silent"]));
  resolve(textResponse("for who is silent"));
  expect((await setup.client.readResponse()).content.toString()).toBe("for who is silent");
});

test("lets the handler see that the client is gone, and none that is done with", async () => {
  const responses = [later<Response>(), later<Response>()];
  const seen: string[] = [];
  let asked = 0;
  const setup = await setUp((_, client) => {
    const which = asked++;
    const leave = client?.watch(() => seen.push(`${which} ${client.presence}`));
    if (which === 0) leave?.();
    return responses[which]?.promise ?? textResponse("");
  });
  await setup.deliver(GET);
  responses[0]?.resolve(textResponse("first"));
  await setup.client.readResponse();
  await setup.deliver(GET);
  setup.client.socket.resetAndDestroy();
  await vi.waitFor(() => expect(seen).toEqual(["1 gone"]));
  responses[1]?.resolve(textResponse("second"));
  await vi.waitFor(() => expect(setup.lines).toHaveLength(2));
});

test("stops reading when too much waits for an answer", async () => {
  const { promise, resolve } = later<Response>();
  const setup = await setUp(() => promise);
  setup.client.write(GET.repeat(100_000));
  await vi.waitFor(() => expect(setup.socket.isPaused()).toBe(true));
  expect(setup.socket.bytesRead).toBeLessThan(settings.connection.maxUnreadBytes + 200_000);
  resolve(textResponse("hello"));
  setup.client.destroy();
});

test("keeps no connection while the server stops, and says so", async () => {
  const { client } = await setUp(hello, { isDraining: () => true });
  client.write(GET + GET);
  expect((await client.readResponse()).fields.get("connection")).toBe("close");
  expect((await client.readToEnd()).length).toBe(0);
});

test("hurries an idle client, and none that is being served or has begun", async () => {
  const setup = await setUp();
  setup.connection.hurry(700);
  setup.pass(699);
  await setup.deliver("GET / HTTP/1.1\r\n");
  setup.connection.hurry(700);
  setup.pass(5_000);
  await setup.deliver("Host: localhost\r\n\r\n");
  expect((await setup.client.readResponse()).status).toBe(200);
  setup.connection.hurry(700);
  setup.pass(700);
  await expectSilentEnd(setup);
});

test("hurries a client that becomes idle only after the server was asked to stop", async () => {
  let isDraining = false;
  const { promise, resolve } = later<number>();
  const read = vi.fn<() => Promise<number>>(() => promise);
  const handler: Handler = () => Promise.resolve(endlessResponse(100, { read }));
  const setup = await setUp(handler, { isDraining: () => isDraining });
  setup.client.write(GET);
  await vi.waitFor(() => expect(read).toHaveBeenCalled()); // by then its head says that the connection is kept
  isDraining = true;
  setup.connection.hurry(700);
  resolve(100);
  await setup.client.readResponse();
  await vi.waitFor(() => expect(setup.lines).toHaveLength(1));
  setup.pass(1_000);
  await expectSilentEnd(setup);
});

test("survives a client that resets in the middle of everything", async () => {
  const setup = await setUp(() => Promise.resolve(endlessResponse()));
  const closed = closeOf(setup.socket);
  setup.client.write(GET);
  await setup.client.readHead();
  setup.client.socket.resetAndDestroy();
  await closed;
  await vi.waitFor(() => expect(setup.lines).toHaveLength(1));
});
