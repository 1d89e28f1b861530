/**
 * One connection over a real socket: sends what the plan says, and reads whatever comes.
 */
import { connect } from "node:net";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { Conversation } from "./judge.ts";
import type { Prediction } from "./oracle.ts";
import type { Plan } from "./plan.ts";
import { type ReadResponse, ResponseError, ResponseReader } from "./response-reader.ts";

/** Without an octet in either direction. */
const HANGS_MS = 8_000;

/** For a server to end a connection that it should keep. */
const HOLD_MS = 20;

export function converse(port: number, plan: Plan, prediction: Prediction): Promise<Conversation> {
  const expected = [...prediction.responses, ...prediction.atEnd];
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const reader = new ResponseReader();
  const responses: ReadResponse[] = [];
  let malformed: string | undefined;
  let ending: Conversation["ending"] = { error: "closed without an end" };
  let isSent = false;
  let isEndedByUs = false;
  let isEndedByServer = false;
  const startMs = performance.now();

  function readResponses(): void {
    if (malformed !== undefined) return;
    try {
      for (;;) {
        const response = reader.next(expected[responses.length]?.method);
        if (response === undefined) return;
        responses.push(response);
      }
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      malformed = error.message;
    }
  }

  function endSending(): void {
    isEndedByUs = true;
    socket.end();
  }

  /** Whoever holds the connection lets go of it when there is nothing more to wait for. */
  function endIfAllThere(): void {
    const isWaitedFor = prediction.closes || responses.length < prediction.responses.length;
    if (isSent && plan.ending === "hold" && !isWaitedFor) setTimeout(endSending, HOLD_MS);
  }

  async function send(): Promise<void> {
    let start = 0;
    for (const { end, pauseMs } of plan.pieces) {
      if (!socket.writable) break; // the server has ended it, and has answered all it will
      if (end > start) socket.write(plan.wire.subarray(start, end));
      start = end;
      await (pauseMs === 0 ? nextTurn() : wait(pauseMs));
    }
    isSent = true;
    if (plan.ending === "half-close") endSending();
    else if (plan.ending === "abort") socket.resetAndDestroy();
    else endIfAllThere();
  }

  return new Promise((resolve) => {
    socket.setTimeout(HANGS_MS, () => {
      ending = "hung";
      socket.destroy();
    });
    socket.on("connect", () => void send());
    socket.on("data", (piece) => {
      reader.push(piece);
      readResponses();
      endIfAllThere();
    });
    socket.on("end", () => {
      ending = "end";
      isEndedByServer = !isEndedByUs;
    });
    socket.on("error", (error) => {
      if (ending !== "end") ending = { error: error.message };
    });
    socket.on("close", () => {
      const tookMs = performance.now() - startMs;
      resolve({ responses, rest: reader.unread, malformed, ending, isEndedByServer, tookMs });
    });
  });
}
