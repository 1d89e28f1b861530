// Loaded into every process of a server (NODE_OPTIONS=--import): a darkroom that is to decode "deadly.jpg" dies of it,
// as a fault in native code would have it, and tells how often. What a worker would do with such a picture it does not
// know: it decodes none.
import { appendFileSync } from "node:fs";
import process from "node:process";

if (process.argv[1]?.endsWith("/darkroom.js")) {
  process.prependListener("message", (message) => {
    if (!JSON.stringify(message).includes("deadly.")) return;
    appendFileSync(process.env["TEST_DEATHS"] ?? "", `${process.pid}\n`);
    process.kill(process.pid, "SIGSEGV");
  });
}
