/**
 * One connection, from its first octet to its close: the spine of the server.
 *
 *     read a request ──► find its response ──► write it ──► throw its content away ──┐
 *          ▲                                                                         │
 *          └───────────────────────── persists (RFC 9112 §9.3) ──────────────────────┤
 *                                                                                    └──► linger, close
 *
 * One request after the other, so responses leave in order (§9.2, §9.3.2) and no queue of them is needed: what a client
 * sends ahead waits in the parser, and then in the kernel.
 */
import type { Socket } from "node:net";
import { HttpError } from "../http/errors.ts";
import { expectation } from "../http/expectation.ts";
import { formatHttpDate } from "../http/http-date.ts";
import type { Client, Content, FieldLine, Handler, Request, Response } from "../http/message.ts";
import type { ParserObserver } from "../http/parser-observer.ts";
import { whyLast } from "../http/persistence.ts";
import { type ParserLimits, RequestParser } from "../http/request-parser.ts";
import { formatResponseHead, makeReady } from "../http/response-head.ts";
import { forbidsContent } from "../http/status.ts";
import type { Access } from "./access-log.ts";
import type { TrustedProxies } from "./client-address.ts";
import type { Deadlines } from "./deadlines.ts";
import { type Log, describeError } from "./log.ts";
import { type Incoming, type ReaderTimeouts, RequestReader } from "./request-reader.ts";
import { type Trace, octetCount, showOctets } from "./trace.ts";
import {
  type ChunkPool,
  type WriteOutcome,
  type WriteTimeouts,
  writeFromSource,
  writeSmall,
} from "./write-response.ts";

/** What all connections of a worker have in common. */
export type ConnectionContext = {
  readonly handler: Handler;
  /** What an error looks like to a client; the request is undefined if none could be read. */
  readonly errorResponse: (error: HttpError, request: Request | undefined) => Response;
  readonly limits: ParserLimits & ConnectionLimits;
  readonly timeouts: ReaderTimeouts & ConnectionTimeouts;
  readonly deadlines: Deadlines;
  readonly pool: ChunkPool;
  readonly log: Log;
  /** Told of each response once it was sent, or given up. */
  readonly account: (access: Access) => void;
  /** Whom to believe in whose name they ask. */
  readonly trustedProxies: TrustedProxies;
  /** Undefined unless somebody wants to watch. */
  readonly trace: Trace | undefined;
  readonly maxShownOctets: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether the server is about to stop: then no connection is kept for a next request. */
  readonly isDraining: () => boolean;
};

type ConnectionLimits = {
  readonly maxUnreadBytes: number;
  readonly maxDiscardedBodyBytes: number;
  readonly maxLingerBytes: number;
};

type ConnectionTimeouts = WriteTimeouts & {
  readonly discardBodyMs: number;
  readonly lingerMs: number;
};

/** One connection as the worker sees it; the socket's own `close` says when it is over. */
export type Connection = {
  /** If nothing is under way, the client has only so long to begin. */
  hurry(withinMs: number): void;
};

/**
 * @param socket not read from yet; half-open connections must be allowed, so that a client may stop sending first
 * @param peerAddress of whoever made the connection, which is known only as long as it is there
 */
export function openConnection(
  socket: Socket,
  context: ConnectionContext,
  peerAddress: string | undefined = socket.remoteAddress,
): Connection {
  const { deadlines, timeouts, limits, trace, maxShownOctets } = context;
  const parser = new RequestParser(limits, trace && traceStates(socket, trace));
  const onOctets =
    trace &&
    ((bytes: Uint8Array): void =>
      trace(socket, `← ${octetCount(bytes.length)} ${showOctets(bytes, maxShownOctets)}`));
  const reader = new RequestReader(socket, parser, deadlines, timeouts, limits.maxUnreadBytes, onOctets);
  trace?.(socket, `taken by the worker with pid ${process.pid}`);
  socket.on("close", () =>
    trace?.(socket, `closed: ${octetCount(socket.bytesRead)} in, ${socket.bytesWritten} out`),
  );
  socket.on("error", () => undefined); // a client that vanished; `close` follows, and whoever waits is told
  serve({ socket, reader, address: peerAddress }, context).catch((error: unknown) => {
    context.log.line(`error: ${describeError(error)}`);
    socket.destroy();
  });
  return { hurry: (withinMs) => reader.hurry(withinMs) };
}

/** Who is at the other end, and how we hear him. */
type Peer = {
  readonly socket: Socket;
  readonly reader: RequestReader;
  readonly address: string | undefined;
};

async function serve(peer: Peer, context: ConnectionContext): Promise<void> {
  const because = await serveRequests(peer, context);
  context.trace?.(peer.socket, `closing: ${because}`);
  await close(peer, context);
}

/** One request after the other, until there is a reason why no other can follow. */
async function serveRequests(peer: Peer, context: ConnectionContext): Promise<string> {
  const { socket, reader } = peer;
  const { limits, timeouts } = context;
  for (;;) {
    const incoming = await reader.readRequest();
    if (incoming.kind === "closed") return incoming.because;
    if (incoming.kind !== "request") return await refuse(peer, incoming, context);
    const { request } = incoming;
    const startMs = context.now();
    const response = await respond(request, reader, context);
    const ending = endingBehind(request, context);
    const outcome = await send(socket, request.method, request, response, ending === undefined, context);
    accountFor(peer, request, response, outcome, startMs, context);
    if (outcome !== "sent") {
      if (outcome.because === "client-gone") return "the client is gone, or took nothing for too long";
      socket.resetAndDestroy(); // RFC 9112 §8: it must not look complete
      return "the file became shorter, and its length had been promised";
    }
    if (ending !== undefined) return ending;
    const { maxDiscardedBodyBytes } = limits;
    if (!(await reader.discardContent(request.framing, maxDiscardedBodyBytes, timeouts.discardBodyMs))) {
      return "the content of the request was too long, too slow or malformed";
    }
  }
}

/** A client whose octets are no request (RFC 9112 §2.2), or whose head took too long (RFC 9110 §15.5.9). */
async function refuse(
  peer: Peer,
  incoming: Incoming & { kind: "refused" | "timeout" },
  context: ConnectionContext,
): Promise<string> {
  const startMs = context.now();
  const isTimeout = incoming.kind === "timeout";
  const error = isTimeout ? new HttpError(408, "The request did not arrive in time.") : incoming.error;
  const response = context.errorResponse(error, undefined);
  const outcome = await send(peer.socket, peer.reader.method, undefined, response, false, context);
  accountFor(peer, undefined, response, outcome, startMs, context);
  return isTimeout ? "the head did not arrive in time" : "where a next request would begin is not known";
}

function respond(request: Request, client: Client, context: ConnectionContext): Response | Promise<Response> {
  const onError = (error: unknown): Response => respondToError(error, request, context);
  try {
    if (expectation(request.version, request.fields) === "unknown") {
      throw new HttpError(417, "This server knows no expectation but 100-continue.");
    }
    const response = context.handler(request, client);
    return response instanceof Promise ? response.catch(onError) : response;
  } catch (error) {
    return onError(error);
  }
}

/** The one place where an error becomes a response. */
function respondToError(error: unknown, request: Request, context: ConnectionContext): Response {
  if (error instanceof HttpError) {
    if (error.cause !== undefined) context.log.line(`error: ${describeError(error.cause)}`);
    return context.errorResponse(error, request);
  }
  context.log.line(`error: ${describeError(error)}`);
  return context.errorResponse(new HttpError(500, "Something went wrong here."), request);
}

/** Why no other request may follow on this connection, or undefined if one may. */
function endingBehind(request: Request, context: ConnectionContext): string | undefined {
  if (context.isDraining()) return "the server stops";
  return whyLast(request, context.limits.maxDiscardedBodyBytes);
}

/**
 * Head and content; a source is closed in any case. To HEAD the head is the same and the content left out, also when
 * the request is refused: whoever sent it expects none (RFC 9110 §9.3.2).
 */
function send(
  socket: Socket,
  method: string | undefined,
  request: Request | undefined,
  response: Response,
  persists: boolean,
  context: ConnectionContext,
): WriteOutcome | Promise<WriteOutcome> {
  const { content } = response;
  const isHead = method === "HEAD";
  const startSending = (): string => {
    const head = formatHead(request, response, persists, context);
    if (context.trace !== undefined) traceResponse(socket, head, response, isHead, context.trace);
    return head;
  };
  if (content.kind === "source") return sendSource(socket, startSending, content, isHead, context);
  const bytes = isHead || content.kind === "none" ? undefined : content.bytes;
  return writeSmall(socket, startSending(), bytes, context.timeouts);
}

async function sendSource(
  socket: Socket,
  startSending: () => string,
  { source, lengthBytes }: Content & { kind: "source" },
  isHead: boolean,
  { pool, timeouts }: ConnectionContext,
): Promise<WriteOutcome> {
  try {
    if (isHead) return await writeSmall(socket, startSending(), undefined, timeouts);
    return await writeFromSource(socket, startSending(), source, lengthBytes, pool, timeouts);
  } finally {
    await source.close();
  }
}

/** The response's own fields between those of the connection. All lengths are known (RFC 9110 §8.6, RFC 9112 §6.1). */
function formatHead(
  request: Request | undefined,
  response: Response,
  persists: boolean,
  context: ConnectionContext,
): string {
  const lines: FieldLine[] = [];
  if (!forbidsContent(response.status)) lines.push(["Content-Length", String(contentLength(response))]);
  if (!persists) lines.push(CONNECTION_CLOSE);
  else if (request?.version.minor === 0) lines.push(CONNECTION_KEEP_ALIVE);
  return formatResponseHead(response.status, serverFields(context.now()), response.fields, lines);
}

const CONNECTION_CLOSE: FieldLine = ["Connection", "close"];
const CONNECTION_KEEP_ALIVE: FieldLine = ["Connection", "keep-alive"];

function contentLength({ content }: Response): number {
  if (content.kind === "none") return 0;
  return content.kind === "bytes" ? content.bytes.length : content.lengthBytes;
}

let fieldsSecond = -1;
let fieldsOfSecond: readonly FieldLine[] = [];

/** Date and Server (RFC 9110 §6.6.1, §10.2.4), made once a second. */
function serverFields(nowMs: number): readonly FieldLine[] {
  const second = Math.floor(nowMs / 1_000);
  if (second !== fieldsSecond) {
    fieldsOfSecond = makeReady([
      ["Date", formatHttpDate(nowMs)],
      ["Server", "share-my-photos"],
    ]);
    fieldsSecond = second;
  }
  return fieldsOfSecond;
}

function accountFor(
  { address }: Peer,
  request: Request | undefined,
  response: Response,
  outcome: WriteOutcome,
  startMs: number,
  { account, now, trustedProxies }: ConnectionContext,
): void {
  const finishedMs = now();
  const wholeBytes = request?.method === "HEAD" ? 0 : contentLength(response);
  account({
    clientAddress: request === undefined ? address : trustedProxies.clientOf(address, request.fields),
    request,
    status: response.status,
    contentBytes: outcome === "sent" ? wholeBytes : outcome.contentBytes,
    finishedMs,
    tookMs: finishedMs - startMs,
  });
}

function traceStates(socket: Socket, trace: Trace): ParserObserver {
  return {
    span: () => undefined,
    state: (name) => trace(socket, `parser: ${name}`),
  };
}

function traceResponse(
  socket: Socket,
  head: string,
  response: Response,
  isHead: boolean,
  trace: Trace,
): void {
  const contentBytes = isHead ? 0 : contentLength(response);
  trace(socket, `→ ${octetCount(head.length)} ${showOctets(Buffer.from(head, "latin1"), Infinity)}`);
  if (contentBytes > 0) trace(socket, `→ ${octetCount(contentBytes)} of content`);
}

/**
 * Says goodbye, lets the client hear it, and lets go (RFC 9112 §9.6). Also whoever said that he sends no more: he may do
 * so all the same, and would lose our response.
 */
async function close({ socket, reader }: Peer, context: ConnectionContext): Promise<void> {
  if (!reader.isGone) {
    socket.end();
    await reader.linger(context.limits.maxLingerBytes, context.timeouts.lingerMs);
  }
  if (socket.writableLength > 0) socket.setTimeout(context.timeouts.writeStallMs, () => socket.destroy());
  socket.destroySoon(); // when our last octets have left
}
