/**
 * Messages cross: what one side says may be on its way while the other one changes its mind.
 */
import { expect, test } from "vitest";
import type { WorkerToMaster } from "../../src/workers/messages.ts";
import { RemoteTurns } from "../../src/workers/remote-turns.ts";

const WISH = { key: "x", after: [], urgency: "usual" } as const;

function createTurns(): { turns: RemoteTurns; told: WorkerToMaster[] } {
  const told: WorkerToMaster[] = [];
  return { turns: new RemoteTurns((message) => told.push(message)), told };
}

test("gives back a turn that comes when it is wanted no more", async () => {
  const { turns, told } = createTurns();
  const turn = turns.take(WISH);
  turns.reconsider("x", "none");
  expect(await turn).toEqual({ kind: "refused" });
  turns.receive({ kind: "turn", key: "x" });
  expect(told.slice(1)).toEqual([
    { kind: "turn-reconsidered", key: "x", urgency: "none" },
    { kind: "turn-done", key: "x" },
  ]);
});

test("says nothing of what it does not wait for", () => {
  const { turns, told } = createTurns();
  turns.reconsider("x", "last");
  turns.receive({ kind: "turn-over", key: "x" });
  turns.receive({ kind: "turn-refused", key: "x" });
  expect(told).toEqual([]);
});

test("wanted again, takes a turn that was meant for the first time", async () => {
  const { turns, told } = createTurns();
  void turns.take(WISH);
  turns.reconsider("x", "none");
  const again = turns.take(WISH);
  turns.receive({ kind: "turn", key: "x" });
  const turn = await again;
  if (turn.kind === "mine") turn.done();
  turns.receive({ kind: "turn-over", key: "x" }); // to its second wish, when the first turn was done
  expect(told.map(({ kind }) => kind)).toEqual([
    "turn-wanted",
    "turn-reconsidered",
    "turn-wanted",
    "turn-done",
  ]);
});
