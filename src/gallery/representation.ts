/**
 * What is at hand as octets and sent to many, a page or a stylesheet: in each content coding a client may want, with an
 * entity tag of its own for each (RFC 9110 §8.8.3.3).
 *
 * Who asks first waits until it is coded; all others get what is there. So the best coding costs next to nothing.
 */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { CONTENT_CODINGS, type ContentCoding, chooseContentCoding } from "../http/content-negotiation.ts";
import { HttpError, unreachable } from "../http/errors.ts";
import type { FieldLine, Request, Response } from "../http/message.ts";
import { makeReady } from "../http/response-head.ts";
import { memo } from "./memo.ts";
import { NOSNIFF, preconditionResponse } from "./responses.ts";

const VARY: FieldLine = ["Vary", "Accept-Encoding"];

/** In one coding. `fields` are what a cache must be told, with 200 as with 304 (§15.4.5). */
type Variant = {
  readonly entityTag: string;
  readonly fields: readonly FieldLine[];
  /** Once somebody asked for it; a promise until it is coded. */
  response?: Response | Promise<Response>;
};

const chooseCoding = memo((acceptEncoding) => chooseContentCoding(acceptEncoding, CONTENT_CODINGS), 200);

export class Representation {
  readonly #bytes: Buffer;
  readonly #contentFields: readonly FieldLine[];
  readonly #variants: ReadonlyMap<ContentCoding, Variant>;

  /**
   * @param digest of the octets
   * @param contentFields what only a response with content has: Content-Type and the like
   * @param cacheControl the value of the field
   */
  constructor(bytes: Buffer, digest: string, contentFields: readonly FieldLine[], cacheControl: string) {
    this.#bytes = bytes;
    this.#contentFields = contentFields;
    this.#variants = new Map(
      CONTENT_CODINGS.map((coding) => [coding, createVariant(digest, coding, cacheControl)]),
    );
  }

  /**
   * 200 in the coding the client likes best, or 304 if it has this very one; at once if it was coded before.
   *
   * @throws HttpError 406 for who takes no coding we have, and not to have one either (§12.5.3)
   */
  respond(request: Request, nowMs: number): Response | Promise<Response> {
    const coding = chooseCoding(request.fields.get("accept-encoding"));
    const variant = coding === undefined ? undefined : this.#variants.get(coding);
    if (coding === undefined || variant === undefined) {
      throw new HttpError(406, "This can be had in the content codings br, gzip and identity.", {
        fields: [VARY],
      });
    }
    const { entityTag, fields } = variant;
    const instead = preconditionResponse(request, { entityTag, lastModifiedMs: undefined }, fields, nowMs);
    if (instead !== undefined) return instead;
    variant.response ??= this.#encode(coding, fields).then(
      (response) => (variant.response = response),
      (error: unknown) => {
        delete variant.response; // perhaps it goes better next time
        throw error;
      },
    );
    return variant.response;
  }

  async #encode(coding: ContentCoding, cacheFields: readonly FieldLine[]): Promise<Response> {
    const codingFields: FieldLine[] = coding === "identity" ? [] : [["Content-Encoding", coding]];
    const bytes = await encode(this.#bytes, coding);
    const fields = makeReady([...this.#contentFields, ...codingFields, ...cacheFields, NOSNIFF]);
    return { status: 200, fields, content: { kind: "bytes", bytes } };
  }
}

/** Short, and safe in an entity tag and in a path; two contents never share one (132 bits). */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

function createVariant(digest: string, coding: ContentCoding, cacheControl: string): Variant {
  const entityTag = coding === "identity" ? `"${digest}"` : `"${digest}-${coding}"`;
  return { entityTag, fields: makeReady([["ETag", entityTag], ["Cache-Control", cacheControl], VARY]) };
}

async function encode(bytes: Buffer, coding: ContentCoding): Promise<Buffer> {
  switch (coding) {
    case "br":
      return await promisify(brotliCompress)(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 5,
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
    case "gzip":
      return await promisify(gzip)(bytes, { level: 6 });
    case "identity":
      return bytes;
    default:
      return unreachable(coding);
  }
}
