/**
 * The values everything else passes around: a request came in, a response goes out.
 *
 *     octets ── request-parser.ts ──► Request ── a Handler ──► Response ── response-head.ts ──► octets
 *
 * A response is a description: status, fields, and content as octets or as something to read them from. Whoever
 * makes one needs no socket, and whoever sends one needs no idea of albums.
 */
import type { BodyFraming } from "./body-framing.ts";
import type { Fields } from "./field-section.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Status } from "./status.ts";

/**
 * RFC 9112 §2.3, as received. Only major version 1 gets this far; others are refused with 505. Whoever asks, asks
 * `minor === 0`: a minor version we do not know is to be read as the highest we do, 1.1 (RFC 9110 §2.5).
 */
export type HttpVersion = { readonly major: 1; readonly minor: number };

export type Request = {
  /** Case-sensitive, as received: a token (RFC 9110 §9.1). */
  readonly method: string;
  readonly target: RequestTarget;
  readonly version: HttpVersion;
  readonly fields: Fields;
  /** How the message body is delimited; its content follows as `data` events. */
  readonly framing: BodyFraming;
};

/** Name and value of one field line to be sent (RFC 9110 §5.1). */
export type FieldLine = readonly [name: string, value: string];

export type Response = {
  readonly status: Status;
  /** Without Date, Server, Connection and Content-Length: they belong to the one who sends. */
  readonly fields: readonly FieldLine[];
  readonly content: Content;
};

export type Content =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Exactly `lengthBytes` octets from something open. Whoever takes the response closes the source, sent or not. */
  | { readonly kind: "source"; readonly lengthBytes: number; readonly source: ContentSource };

/** Something open to read content from, from its first octet to its last. */
export interface ContentSource {
  /** Fills `into` from its start with what comes next; returns the number of octets, 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/**
 * Whether somebody still waits for a response. A client that sends no more is "silent": it has left, or has said all
 * and waits; TCP does not tell the one from the other before something is sent to it.
 */
export type Presence = "waiting" | "silent" | "gone";

/** Who sent a request, for those whose response takes long. */
export interface Client {
  readonly presence: Presence;
  /** Calls the listener when that changes, until what is returned is called. There is one at a time. */
  watch(listener: () => void): () => void;
}

/**
 * What a request means here: at once if it is at hand, later if it must be looked for.
 *
 * Throws HttpError, now or later, for what cannot be answered.
 *
 * @param client who waits for it; without, somebody does to the end
 */
export type Handler = (request: Request, client?: Client) => Response | Promise<Response>;
