/**
 * Apache with the event MPM and a configuration of its own: sendfile, a buffered log, connections kept for ever.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../free-port.ts";
import { launch } from "../running-server.ts";
import { type Peer, type PeerOptions, commandOf, titleOf } from "./peer.ts";

export const APACHE: Peer = {
  name: "Apache, event MPM",
  tool: "apache2",
  suites: ["accept", "keep", "static"],
  async launch(options) {
    const configuration = join(options.directory, "apache.conf");
    const port = await findFreePort();
    await mkdir(options.directory, { recursive: true });
    await writeFile(configuration, formatConfiguration(options, port));
    return await launch({
      name: titleOf("Apache, event MPM", options),
      command: commandOf(options),
      args: ["-f", configuration, "-D", "FOREGROUND"],
      knownUrl: `http://127.0.0.1:${port}`,
      signal: options.signal,
    });
  },
};

/** Where Debian keeps them; other systems call Apache otherwise, so it is not found there. */
const MODULES = "/usr/lib/apache2/modules";
const THREADS = 64;
/** Connections that wait between two requests, for each thread: 2,000 of them are to be kept. */
const WAITING_PER_THREAD = 16;

/** It refuses to serve as root, so a root's Apache serves as nobody. */
function formatConfiguration({ directory, root, workers }: PeerOptions, port: number): string {
  const modules = ["mpm_event", "authz_core", "dir", "mime"];
  return `ServerRoot "${directory}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
ListenBacklog 511
PidFile "${directory}/apache.pid"
ErrorLog "${directory}/error.log"
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n")}
${userInfo().uid === 0 ? "User nobody\nGroup nogroup" : ""}
DefaultRuntimeDir "${directory}"
StartServers ${workers}
ServerLimit ${workers}
ThreadsPerChild ${THREADS}
MinSpareThreads 1
MaxSpareThreads ${THREADS * workers}
MaxRequestWorkers ${THREADS * workers}
AsyncRequestWorkerFactor ${WAITING_PER_THREAD}
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 15
EnableSendfile On
BufferedLogs On
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
CustomLog "${directory}/access.log" common
TypesConfig /dev/null
AddType text/html .html
AddType image/jpeg .jpg
DirectoryIndex index.html
DocumentRoot "${root}"
<Directory "${root}">
  AllowOverride None
  Require all granted
</Directory>
`;
}
