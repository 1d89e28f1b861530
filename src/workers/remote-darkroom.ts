/**
 * What a worker asks of a darkroom, and how the answer finds back: by way of the master, by number.
 */
import type { PictureJob, PictureOutcome } from "../gallery/distant-darkroom.ts";
import type { WorkerToMaster } from "./messages.ts";

export class RemoteDarkroom {
  readonly #tellMaster: (message: WorkerToMaster) => void;
  readonly #waiting = new Map<number, (outcome: PictureOutcome) => void>();
  #lastId = 0;

  constructor(tellMaster: (message: WorkerToMaster) => void) {
    this.#tellMaster = tellMaster;
  }

  ask(job: PictureJob): Promise<PictureOutcome> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#tellMaster({ kind: "picture-wanted", id, job });
    });
  }

  receive(id: number, outcome: PictureOutcome): void {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
  }
}
