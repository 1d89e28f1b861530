/**
 * What a server is started through so that it may do less than whoever runs the tests (see CommandOptions.through).
 */
import { spawnSync } from "node:child_process";

/** Root may read and write everything, whatever the permissions say; this takes that right away. Nobody else has it. */
export const WITHOUT_RIGHTS_OF_ROOT: readonly string[] =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

/**
 * With a file system of its own in the place of a folder, so small that it is soon full. Only the server sees it, and it
 * is gone with the server.
 *
 * @param folder that exists
 */
export function withSmallDisk(folder: string, sizeBytes: number): readonly string[] {
  const mount = `mount -t tmpfs -o size=${sizeBytes} tmpfs "$0" && exec "$@"`;
  return [...OWN_NAMESPACES, "sh", "-c", mount, folder];
}

const OWN_NAMESPACES = ["unshare", "--map-root-user", "--mount"];

/** Whether the system lets us; containers often do not. */
export const CAN_MOUNT = canRun([...OWN_NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);

export const CAN_DROP_RIGHTS = canRun([...WITHOUT_RIGHTS_OF_ROOT, "true"]);

function canRun([command = "", ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
