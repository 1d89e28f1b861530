/**
 * A darkroom: a process that decodes pictures, one after the other, and does nothing else. Entry point.
 *
 * Whatever a crafted picture does to the library that decodes it, no client is connected here. The system may rather
 * take the memory and the processor of this process than those of one that answers.
 */
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { settings } from "../../settings.ts";
import { createPictureWork } from "../gallery/distant-darkroom.ts";
import type { DarkroomToMaster, MasterToDarkroom } from "./messages.ts";
import { ignoreSignals } from "./signals.ts";

const carryOut = createPictureWork(settings.pictures);

ignoreSignals();
process.on("disconnect", () => process.kill(process.pid, "SIGKILL")); // an exit would wait for what is being decoded
process.on("message", ({ job }: MasterToDarkroom) => {
  void carryOut(job).then((outcome) =>
    tellMaster({ kind: "outcome", outcome, residentBytes: process.memoryUsage.rss() }),
  );
});
giveWay();
tellMaster({ kind: "ready" });

function tellMaster(message: DarkroomToMaster): void {
  if (process.connected) process.send?.(message);
}

/** Where the system does not let us, it is no worse than before. */
function giveWay(): void {
  try {
    setPriority(settings.darkrooms.niceness);
    writeFileSync("/proc/self/oom_score_adj", String(settings.darkrooms.oomScore));
  } catch {
    return;
  }
}
