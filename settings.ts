/**
 * Every default, limit, timeout and size, with its unit in the name, its reason and the status it leads to.
 *
 * Imports nothing. Only the entry points (src/cli.ts, src/workers/worker.ts, src/workers/darkroom.ts) and the tests read it
 * as a value; everybody else is handed the numbers, so a test can hand in others.
 */
export const settings = {
  /** What the command line falls back to. */
  defaults: {
    host: "127.0.0.1", // nobody but this machine, until somebody asks for more
    port: 8080, // 0 picks a free one
    adminHost: "127.0.0.1", // likewise; its port has none: without --admin there is nothing
    rootDirectory: ".",
    accept: "handover", // the master hands connections over; see src/workers/options.ts
    logFormat: "common", // the shortest
    backlogConnections: 511, // what nginx, node and redis ask of listen(2); the kernel cuts it to somaxconn
    maxWorkers: 256, // more is a typing error, not a plan
  },

  /** Limits on what a client may send. */
  http: {
    maxRequestLineBytes: 8_192, // RFC 9112 §3 asks for 8000 octets at least; longer: 414
    maxHeadBytes: 16_384, // request line, field section, and the trailer section likewise; longer: 431
    maxFieldLines: 100, // as Apache and hyper; more: 431
    maxEmptyLinesBefore: 4, // RFC 9112 §2.2 asks to ignore at least one before a request line; more: 400
    maxRanges: 16, // in one Range field; more, or overlapping ones: 200 and the whole file
    maxChunkSizeLineBytes: 256, // size and extensions of one chunk (RFC 9112 §7.1.1); longer: 400
  },

  /** How much of a connection may wait in memory, and what is thrown away. */
  connection: {
    maxUnreadBytes: 65_536, // pipelined requests beyond this stay in the kernel: the socket is paused
    maxDiscardedBodyBytes: 262_144, // content of a GET is read and dropped up to here, then the connection closes
    maxLingerBytes: 67_108_864, // what a client that has not heard us yet may still send; then it is cut off
    readChunkBytes: 262_144, // one read of a file: a quarter of the system calls of 64 KiB reads
    maxFreeChunks: 16, // of that size, kept for the next reader
  },

  /** How long we wait for a client. Coarse on purpose: all of them are looked at once a tick. */
  timeouts: {
    tickMs: 250,
    firstOctetMs: 15_000, // a silent new connection; then: close without a word
    requestHeadMs: 10_000, // from its first octet to its last, however it drips; then: 408
    keepAliveIdleMs: 15_000, // between two requests; then: close without a word
    discardBodyMs: 1_000, // for the content of a request we have already answered; then: close
    writeStallMs: 30_000, // not one octet taken by the client, nor sent; then: destroy
    writePieceMs: 300_000, // for one piece of a response, 256 KiB at most: under 1 KB/s; then: destroy
    lingerMs: 2_000, // for the client to hear our FIN and close; then: destroy
    drainMs: 30_000, // for responses in flight when the server is asked to stop; then: exit
    drainIdleMs: 700, // for a kept connection to send one more request before it is closed for the stop
  },

  /** `httpd explain`. */
  explain: {
    maxInputBytes: 300_000, // more than is ever read of a body, and shown as a whole: up to 300 times as much text
  },

  /** The master and its workers. */
  workers: {
    maxUnacknowledged: 16, // connections handed to one worker and not yet taken; more wait in the master
    countPatienceMs: 50, // the master may hear so late that a worker's connections were closed
    unresponsiveMs: 300, // a worker that has not taken one for so long is passed over
    maxConnections: 10_000, // of one worker; more wait in the master
    minDescriptors: 64, // a worker's own and three for one connection, rounded up; fewer: one line and exit code 1
    ownDescriptors: 60, // of those the system allows a worker: what it needs itself
    connectionShare: 0.3, // of the others: each may hold a file as well, and read another one from the cache
    maxFailedBoots: 5, // in a row that never got ready, then the server gives up: exit code 1
    restartDelayMs: 100, // before replacing a worker that died young; doubles each time
    maxRestartDelayMs: 5_000,
    youngMs: 2_000, // a worker that dies before this age counts as failed at boot
    heartbeatMs: 1_000, // a worker says so often that it is alive
    silentMs: 9_000, // one that has said nothing for so long is wedged: it is killed and replaced
    bootMs: 30_000, // one that is being started has more time
    leaveMs: 30_000, // for a worker that another one has replaced to finish its responses; then it is told to go
    // A worker at rest has 45 to 60 MB, under load up to 250, and lists of a million photos take some 300 more. Beyond
    // this something leaks, and it is followed by a fresh one before the system or V8 (2 to 4 GB) ends it.
    maxMemoryBytes: 1_000_000_000,
    maxMemoryPerConnectionBytes: 400_000, // in addition: a piece of a file, what was sent ahead, and some more
    memoryPauseMs: 60_000, // before the next one is replaced for its memory
    sameKeypressMs: 500, // under npx one Ctrl-C arrives twice, from the terminal and from npm; it is meant once
    notifyMs: 10_000, // for systemd-notify, which itself waits up to 5 s to be heard; then SIGKILL
    lastNotifyMs: 2_000, // the same when the server ends: it waits for nobody longer
    exitGraceMs: 2_000, // for a worker to leave by itself after its drain, then SIGKILL
    maxWaitingConnections: 65_536, // in the master, for a worker; more: closed
    maxWaitingThumbnails: 600, // over all workers: three pages of tiles nobody has seen, half a minute for two cores; more: 503
  },

  /** The processes that decode pictures: as many as there are cores, and one that measures meanwhile. */
  darkrooms: {
    maxJobs: 500, // then another one takes its place
    maxResidentBytes: 400_000_000, // likewise, once its job is done: what libvips took does not come back
    idleMs: 300_000, // without a job; then it ends: the next one would wait 0.2 s longer
    bootMs: 30_000, // to get ready; then it is killed
    developMs: 15_000, // for one rendition, twice what the library is given; then it is stuck, and killed
    measureMs: 3_000, // likewise for a header: a few milliseconds, unless somebody means harm
    maxAttempts: 2, // the first death may be chance; after the second one the picture is to blame: 415
    restMs: 600_000, // unless somebody else killed both, as Linux does when memory is short: 415 for so long
    niceness: 5, // whoever answers clients comes first
    oomScore: 1_000, // of 1,000: short of memory, the system takes this process before all others
  },

  /** What `--admin` opens. */
  admin: {
    maxConnections: 32, // a few monitors, balancers and people; more: closed
    paceMs: 5_000, // over so long "now" is averaged, in requests per second now
    refreshSeconds: 5, // so often the status page asks for itself again
    /** Longest durations of the classes that responses are counted in; a page is to take less than the first few. */
    durationBoundsMs: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000],
  },

  log: {
    flushMs: 200, // lines are written in batches
    flushBytes: 16_384,
    maxWaitingBytes: 1_000_000, // that nobody takes; lines beyond are counted and dropped
    lastFlushMs: 500, // for the last lines of a process that ends
  },

  /** What --trace writes. */
  trace: {
    maxBytes: 20_000_000, // by one process, some 200,000 lines; then it stops
    maxShownOctets: 400, // of what came or went at once
  },

  /** What a picture is, and what is made of it. */
  pictures: {
    /** By extension here, by content when it is decoded: an extension proves nothing. */
    extensions: ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "avif", "heic", "heif", "tif", "tiff"],
    /** Longest side of a rendition. A closed list: any other size is 400 and costs nothing. */
    thumbnailSizesPx: [320, 640, 1600],
    /** Part of every cache key: raise it when the recipe changes and old renditions must not be served. */
    recipeVersion: 1,
    maxSourceBytes: 200_000_000, // read whole to be decoded; larger: 415
    headerBytes: 131_072, // enough of a file's start to measure nearly every picture
    maxHeaderBytes: 8_000_000, // read of the others; a header beyond it counts as unreadable
    maxSourcePixels: 100_000_000, // 100 Mpx; more: 415
    maxSourceSidePx: 30_000, // a 300 KB PNG of 1,000,000 x 100 took 929 MB; longer: 415
    decodeTimeoutSeconds: 8, // then: 415
    jpegQuality: 80,
    webpQuality: 78,
    webpEffort: 2, // of 0..6: half the time of the default 4, within a few per cent of its size
    retryAfterSeconds: 10, // told with 503: by then a third of those that wait have been made
    maxMemoryBytes: 16_000_000, // of thumbnails in each worker; about 1,000 small ones (BENCHMARKS.md)
  },

  /** The cache directory: thumbnails, measurements. All of it can be made again. */
  cache: {
    maxBytes: 2_000_000_000, // the tiles of 20,000 photos, a few thousand in their largest size; then the least recently used go
    keptShare: 0.9, // of that, so that there is room for a while
    upkeepMs: 600_000, // it is looked through so often at most, while something is written: 0.7 s for 20,000 files
    staleTemporaryMs: 3_600_000, // nobody writes to one file for so long: whoever did was killed
  },

  /** Files as they are. */
  files: {
    smallFileBytes: 1_000_000, // up to this size content is kept in memory and sent in one write with its head
    maxMemoryBytes: 32_000_000, // of such contents in each worker, least recently used go first
    maxKeptFiles: 200, // descriptors that stay open in each worker for whoever asks next …
    keptFilesShare: 0.1, // … but no more than so much of what the system allows
    keptIdleMs: 10_000, // for nobody; then a file is closed, so that deleting it frees the disk
  },

  /** Album pages. */
  albums: {
    itemsPerPage: 200, // albums and photos together
    freshMs: 1_000, // a page is made anew at most once a second: new photos appear that late …
    freshFactor: 20, // … or, where it took t to make, 20 t: at most 5 % of the time goes there
    maxDepth: 32, // folders in folders; deeper is not searched for pictures
    maxCachedFolders: 2_000, // listings kept in one worker, least recently used go first
    maxCachedPages: 200, // finished pages likewise; up to 100 KB each
    maxRecentAnswers: 2_000, // request targets answered without a look, within freshMs
    maxKeptPhotos: 50_000, // measurements kept of one folder; those of deleted photos go at last
    measureBudgetMs: 250, // one page spends so long on pictures it does not know; the others are measured behind …
    measurePatienceMs: 3_000, // … and so are those that it has waited for so long: a crafted header takes 15 s
    eagerThumbnails: 8, // fetched first; the others load lazily
    minRatio: 0.4, // width / height of a tile, so that no panorama and no till receipt breaks a row
    maxRatio: 4,
    unknownRatio: 1.5, // a tile whose picture has not been measured yet
  },
} as const;

export type Settings = typeof settings;
