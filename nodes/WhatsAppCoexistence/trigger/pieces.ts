import type { IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../events/schema';

/** Says which piece of the body is meant, counted from 0. Who sends it needs the signature as well. */
export const PIECE_HEADER = 'x-whatsapp-coexistence-piece';

/** How many events start one execution at most; a history chunk of 3 MB has ten thousand. */
export const PIECE_SIZE = 1_000;

const TIMEOUT_MS = 20_000;

/** @returns undefined where the whole body is meant */
export function pieceOf(header: unknown): number | undefined {
	return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

export function eventsOfPiece(events: CoexistenceEvent[], piece: number): CoexistenceEvent[] {
	return events.slice(piece * PIECE_SIZE, (piece + 1) * PIECE_SIZE);
}

/**
 * Delivers a large body once more for each of its pieces, to this trigger's own address, so that each
 * becomes an execution of its own: n8n starts one for each request. Meta is answered when n8n has
 * stored all of them; if n8n dies before, Meta delivers again, and the pieces that n8n has are known.
 *
 * @returns how many pieces n8n has taken; none where n8n does not reach itself
 */
export async function deliverPieces(
	context: IWebhookFunctions,
	rawBody: Buffer,
	signature: string,
	pieces: number,
): Promise<number> {
	const url = context.getNodeWebhookUrl('default') as string;
	for (let piece = 0; piece < pieces; piece++) {
		const answer: Promise<IN8nHttpFullResponse> = context.helpers.httpRequest({
			method: 'POST',
			url,
			headers: {
				'content-type': 'application/json',
				'x-hub-signature-256': signature,
				[PIECE_HEADER]: String(piece),
			},
			body: rawBody,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: TIMEOUT_MS,
		});
		const isTaken = await answer.then(
			({ statusCode }) => statusCode === 200,
			() => false,
		);
		if (!isTaken) return piece;
	}
	return pieces;
}
