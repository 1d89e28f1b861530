import { expect, test } from "vitest";
import { Audience } from "../../src/gallery/audience.ts";
import { TestClient } from "../support/test-client.ts";

/** Tells each change of its presence while the steps are taken. */
async function changesDuring(audience: Audience, steps: () => void): Promise<string[]> {
  const changes: string[] = [];
  const perform = (): Promise<void> => {
    steps();
    return Promise.resolve();
  };
  await audience.during(perform, () => changes.push(audience.presence));
  return changes;
}

test("is there for as long as one of them is, and says so once", async () => {
  const audience = new Audience();
  expect(audience.presence).toBe("gone");
  const [one, other, late] = [new TestClient(), new TestClient(), new TestClient()];
  const changes = await changesDuring(audience, () => {
    audience.join(one);
    audience.join(other);
    one.become("silent");
    one.become("gone");
    other.become("silent");
    other.become("gone");
    audience.join(late);
  });
  expect(changes).toEqual(["waiting", "silent", "gone", "waiting"]);
});

test("is as silent as who came silent", () => {
  const audience = new Audience();
  audience.join(new TestClient("silent"));
  expect(audience.presence).toBe("silent");
});

test("tells nobody before and after", async () => {
  const audience = new Audience();
  const client = new TestClient();
  audience.join(client);
  expect(await changesDuring(audience, () => undefined)).toEqual([]);
  client.become("gone");
  expect(audience.presence).toBe("gone");
});

test("watches nobody who has what it waited for", () => {
  const client = new TestClient();
  const leave = new Audience().join(client);
  expect(client.isWatched).toBe(true);
  leave();
  expect(client.isWatched).toBe(false);
});
