/**
 * What the projects this server grew out of say about themselves, measured by their authors on their machines.
 */
export type PublishedAb = {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly failed?: number;
  readonly non2xx?: number;
  /** One of our goals is to be faster, by how much: there. */
  readonly isRival?: boolean;
};

/** `ab -n 50000 -c 100 http://localhost:PORT/` */
export const PUBLISHED_AB: readonly PublishedAb[] = [
  { name: "OTUS httpd, as published", requestsPerSecond: 1_888, failed: 1, non2xx: 49_999 },
  { name: "Otuserver without workers, as published", requestsPerSecond: 1_612, isRival: true },
  { name: "Otuserver with workers, as published", requestsPerSecond: 366, isRival: true },
];

/** An album of 300 photos, requests/s, as measured by others on their machine. */
export const PUBLISHED_PAGES: readonly { readonly name: string; readonly requestsPerSecond: number }[] = [
  { name: "copyparty", requestsPerSecond: 147 },
  { name: "PiGallery2", requestsPerSecond: 86 },
];

export type PublishedSiege = {
  readonly name: string;
  readonly transactionsPerSecond: number;
};

/** `siege -t 60s -c 350 -b -i -f urls.txt`, Share My Photos on Tornado and PIL */
export const PUBLISHED_SIEGE: readonly PublishedSiege[] = [
  { name: "Share My Photos, synchronous, none made, as published", transactionsPerSecond: 393 },
  { name: "Share My Photos, synchronous, all made, as published", transactionsPerSecond: 436 },
  { name: "Share My Photos, asynchronous, none made, as published", transactionsPerSecond: 377 },
  { name: "Share My Photos, asynchronous, all made, as published", transactionsPerSecond: 432 },
];

/** Of all four runs above. */
export const PUBLISHED_SIEGE_LONGEST_SECONDS = 31;
