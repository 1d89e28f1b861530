/**
 * Everybody we know to compare with.
 */
import { APACHE } from "./apache.ts";
import { CADDY } from "./caddy.ts";
import { CLUSTER, STREAMS } from "./cluster.ts";
import { FASTIFY } from "./fastify.ts";
import { NGINX } from "./nginx.ts";
import type { Peer } from "./peer.ts";
import { PYTHON } from "./python.ts";
import { SERVE } from "./serve.ts";

export const PEERS: readonly Peer[] = [NGINX, CLUSTER, STREAMS, FASTIFY, SERVE, APACHE, CADDY, PYTHON];
