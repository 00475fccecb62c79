import type { Graph } from './client';
import { GraphApiError } from './errors';
import type { OutgoingFile } from './media';

/** How often an upload that breaks off is gone on with. */
const RESUMPTIONS = 3;

/**
 * Uploads a file to the app and gives its handle, by which a template or a profile names it. An upload
 * that breaks off is gone on with from where Meta has it.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/upload
 */
export async function uploadHandle(
	graph: Graph,
	{ content, fileName, mimeType }: OutgoingFile,
	itemIndex: number,
): Promise<string> {
	const session = await graph.call<{ id: string }>({
		method: 'POST',
		path: `/${graph.appId}/uploads`,
		qs: {
			file_name: fileName.replace(/[/@%]/g, '_'),
			file_length: content.length,
			file_type: mimeType,
		},
		repeatable: true,
		itemIndex,
	});
	const path = `/${session.id}`;
	const send = async (offset: number) => {
		const rest = { bytes: content.subarray(offset), offset };
		return await graph.call<{ h: string }>({ method: 'POST', path, rest, itemIndex });
	};
	for (let offset = 0, resumed = 0; ; resumed++) {
		const outcome = await send(offset).then(
			({ h }) => ({ handle: h }),
			(error: unknown) => ({ error }),
		);
		if ('handle' in outcome) return outcome.handle;
		const { error } = outcome;
		const brokeOff = error instanceof GraphApiError && error.graph.retry === 'backoff';
		if (!brokeOff || resumed === RESUMPTIONS) throw error;
		const arrived = await graph.call<{ file_offset?: number }>({ method: 'GET', path, itemIndex });
		offset = arrived.file_offset ?? 0;
	}
}
