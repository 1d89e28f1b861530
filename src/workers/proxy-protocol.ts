/**
 * The PROXY protocol, versions 1 and 2: a proxy says first for whom it connects, then it passes octets on.
 *
 *     PROXY TCP4 203.0.113.7 192.0.2.1 56324 443␍␊GET / HTTP/1.1␍␊ …
 *
 * Version 2 says the same in binary. As HAProxy has specified both: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 * (§2.1 and §2.2). Nobody guesses whether a header comes: where one is expected and none is there, the connection ends.
 */
import { isIPv4, isIPv6 } from "node:net";
import type { Socket } from "node:net";
import type { Deadlines } from "./deadlines.ts";

export type ProxyHeader = {
  /** Behind which the client's own octets begin. */
  readonly lengthBytes: number;
  /** Undefined if it is about nobody else: a proxy that looks whether we are well. */
  readonly sourceAddress: string | undefined;
};

/** "PROXY UNKNOWN " with the longest addresses and ports, and CRLF (§2.1). */
const MAX_TEXT_BYTES = 107;

/** Sixteen octets, and what they say that follows: addresses, and extensions that we have no use for. */
const MIN_BINARY_BYTES = 16;
const MAX_BINARY_BYTES = MIN_BINARY_BYTES + 4_096;

/** No line of HTTP/1.x begins so (§2.2). */
const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const TEXT_START = Buffer.from("PROXY ", "latin1");

/**
 * @param bytes from the first octet of the connection on
 * @returns undefined if there are too few to say
 * @throws Error with a sentence about what is wrong with it
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (startsAs(bytes, SIGNATURE)) return parseBinary(bytes);
  if (startsAs(bytes, TEXT_START)) return parseText(bytes);
  throw new Error("The connection does not begin with a PROXY header.");
}

/** Whether it begins so, or may yet when more has come. */
function startsAs(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function parseText(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, MAX_TEXT_BYTES).indexOf("\r\n");
  if (end === -1) {
    if (bytes.length >= MAX_TEXT_BYTES) throw new Error("The PROXY line does not end.");
    return undefined;
  }
  const lengthBytes = end + 2;
  const [, family = "", source = "", destination = "", ...ports] = bytes
    .toString("latin1", 0, end)
    .split(" ");
  if (family === "UNKNOWN") return { lengthBytes, sourceAddress: undefined };
  const isAddress = family === "TCP4" ? isIPv4 : family === "TCP6" ? isIPv6 : (): boolean => false;
  const isWhole = isAddress(source) && isAddress(destination) && ports.length === 2 && ports.every(isPort);
  if (!isWhole) throw new Error("The PROXY line does not say who connects.");
  return { lengthBytes, sourceAddress: source };
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/**
 *     12 signature │ 1 version and command │ 1 family and protocol │ 2 length of the rest │ addresses │ extensions
 */
function parseBinary(bytes: Buffer): ProxyHeader | undefined {
  if (bytes.length < MIN_BINARY_BYTES) return undefined;
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const lengthBytes = MIN_BINARY_BYTES + bytes.readUInt16BE(14);
  if (versionAndCommand !== LOCAL && versionAndCommand !== PROXY) {
    throw new Error("The PROXY header is of a version or a command that nobody knows.");
  }
  if (lengthBytes > MAX_BINARY_BYTES) throw new Error("The PROXY header is too long.");
  if (bytes.length < lengthBytes) return undefined;
  const addresses = bytes.subarray(MIN_BINARY_BYTES, lengthBytes);
  return {
    lengthBytes,
    sourceAddress: versionAndCommand === LOCAL ? undefined : formatSource(family, addresses),
  };
}

const LOCAL = 0x20;
const PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/** Of another family than these two there is nothing that we could log (§2.2: then it is to be taken for LOCAL). */
function formatSource(family: number, addresses: Buffer): string | undefined {
  if (family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6) return undefined;
  const isIPv4Pair = family === TCP_OVER_IPV4;
  if (addresses.length < (isIPv4Pair ? 12 : 36)) throw new Error("The PROXY header is too short.");
  if (isIPv4Pair) return addresses.subarray(0, 4).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => addresses.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1); // as short as it can be written (RFC 5952)
}

/**
 * Takes the header off a socket that was not read from; what came behind it is as if nothing had been.
 *
 * @returns undefined if there is none, it is wrong, or did not come in time: then nobody knows who speaks
 */
export function readProxyHeader(
  socket: Socket,
  deadlines: Deadlines,
  withinMs: number,
): Promise<ProxyHeader | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);

    function onData(bytes: Buffer): void {
      received = Buffer.concat([received, bytes]);
      try {
        const header = parseProxyHeader(received);
        if (header !== undefined) settle(header);
      } catch {
        giveUp();
      }
    }

    function giveUp(): void {
      settle(undefined);
    }

    function settle(header: ProxyHeader | undefined): void {
      deadline.remove();
      socket.off("data", onData).off("end", giveUp).off("close", giveUp).off("error", giveUp).pause();
      const rest = received.subarray(header?.lengthBytes ?? received.length);
      if (rest.length > 0) socket.unshift(rest);
      resolve(header);
    }

    const deadline = deadlines.add(giveUp);
    deadline.set(withinMs);
    socket.on("data", onData).on("end", giveUp).on("close", giveUp).on("error", giveUp);
  });
}
