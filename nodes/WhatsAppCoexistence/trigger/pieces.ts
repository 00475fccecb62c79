import type { IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../events/schema';
import { deliverTo } from './deliver-to';
import type { RowOptions } from './rows';

/** Says which events of the body are meant, as in `0-1000`. Who sends it needs the signature as well. */
export const PIECE_HEADER = 'x-whatsapp-coexistence-piece';

/**
 * How many events start one execution at most: items one by one, and rows that are one item together. A
 * history chunk of 3 MB has ten thousand.
 */
const MAX_ITEMS = 1_000;
const MAX_ROWS_TOGETHER = 10_000;

export interface Piece {
	/** Place of its first event among those of the body, from 0. */
	start: number;
	/** Place after its last one. */
	end: number;
}

/** @returns undefined where the whole body is meant */
export function pieceIn(header: unknown): Piece | undefined {
	const places = typeof header === 'string' ? /^(\d{1,7})-(\d{1,7})$/.exec(header) : null;
	return places === null ? undefined : { start: Number(places[1]), end: Number(places[2]) };
}

export function pieceSize({ together }: RowOptions): number {
	return together ? MAX_ROWS_TOGETHER : MAX_ITEMS;
}

export function piecesOf(events: CoexistenceEvent[], size: number): Piece[] {
	return Array.from({ length: Math.ceil(events.length / size) }, (_, index) => ({
		start: index * size,
		end: (index + 1) * size,
	}));
}

/**
 * Delivers a large body once more for each of its pieces, to this trigger's own address, so that each
 * becomes an execution of its own: n8n starts one for each request. Meta is answered when n8n has
 * stored all of them; if it refuses one, Meta delivers again, and the pieces that n8n has are known. If n8n
 * dies before, all of them start again, since those that it had stored may not have run.
 *
 * @param headers what the trigger is to know beside it
 * @returns how many pieces n8n has taken; none also where n8n does not reach itself
 */
export async function deliverPieces(
	context: IWebhookFunctions,
	rawBody: Buffer,
	signature: string,
	pieces: Piece[],
	headers: Record<string, string>,
): Promise<number> {
	const url = context.getNodeWebhookUrl('default') as string;
	for (const [index, { start, end }] of pieces.entries()) {
		const outcome = await deliverTo(context, url, rawBody, signature, {
			...headers,
			[PIECE_HEADER]: `${start}-${end}`,
		});
		if (outcome !== 'taken') return index;
	}
	return pieces.length;
}
