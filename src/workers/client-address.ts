/**
 * Who is asking, as far as those can be believed who say so: the access log shall name the client, not the proxy.
 */
import { BlockList, isIP, isIPv6 } from "node:net";
import type { Fields } from "../http/field-section.ts";

/** Addresses whose word is taken for who stands behind them. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** @param names addresses, networks as in 10.0.0.0/8, or `loopback`; checked before, by `isProxyName` */
  constructor(names: readonly string[]) {
    this.#isEmpty = names.length === 0;
    for (const name of names.flatMap((each) => (each === "loopback" ? LOOPBACK : [each]))) this.#add(name);
  }

  #add(name: string): void {
    const [address = "", prefix] = name.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) this.#list.addAddress(address, family);
    else this.#list.addSubnet(address, Number(prefix), family);
  }

  has(address: string | undefined): boolean {
    if (this.#isEmpty || address === undefined) return false;
    const plain = withoutMapping(address);
    return isIP(plain) !== 0 && this.#list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  }

  /**
   * The client of a request: the last one in X-Forwarded-For that is no proxy we trust. Each proxy appends the address
   * it was asked from, so from the right all is true up to the first that a stranger may have made up.
   */
  clientOf(peerAddress: string | undefined, fields: Fields): string | undefined {
    let address = peerAddress;
    if (!this.has(address)) return address;
    const said = (fields.get("x-forwarded-for") ?? "").split(",").map((element) => element.trim());
    for (const candidate of said.toReversed()) {
      if (isIP(candidate) === 0) break; // whoever stands further left was named by somebody who says nonsense
      address = candidate;
      if (!this.has(address)) break;
    }
    return address;
  }
}

const LOOPBACK = ["127.0.0.0/8", "::1"];

/** IPv4 over a socket of IPv6 (RFC 4291 §2.5.5.2). */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
