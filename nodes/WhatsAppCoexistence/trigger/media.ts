import type { IBinaryData, IWebhookFunctions } from 'n8n-workflow';

import { GROUP_OF_EVENT, type OutputGroup } from '../events/groups';
import { isMessageEvent } from '../events/is-message-event';
import type { Media, MessageEvent, TriggerEvent } from '../events/schema';
import { openGraph, type Graph, type RemoteFile } from '../graph/client';
import { GraphApiError, isNoSuchObject } from '../graph/errors';
import { downloadEventMedia } from '../graph/media';

/** Which files are fetched before n8n answers Meta. */
export interface MediaChoice {
	groups: OutputGroup[];
	/** Meta's message types. */
	types: string[];
	maximumMegabytes: number;
	/** For all files of a delivery together: Meta waits for the answer meanwhile. */
	seconds: number;
}

/** The files that were fetched, by the event that each belongs to. */
export type Files = ReadonlyMap<TriggerEvent, IBinaryData>;

type Outcome = { file: IBinaryData } | { reason: string };

const CONCURRENCY = 4;
const MEGABYTE = 1024 * 1024;

const LATER =
	'It can be fetched for 7 days with the WhatsApp Coexistence node, Media > Download, by its media ID.';

/**
 * Fetches the files of events. An event whose file cannot be had stays as it is, with the reason in
 * `message.media.notDownloaded`. Takes no longer than the choice allows, and never throws because of
 * a file.
 *
 * @param choice undefined: no files are wanted
 */
export async function fetchFiles(
	context: IWebhookFunctions,
	events: TriggerEvent[],
	choice: MediaChoice | undefined,
): Promise<Files> {
	const files = new Map<TriggerEvent, IBinaryData>();
	if (choice === undefined) return files;
	const wanted = events.filter(
		(event): event is MessageEvent =>
			isMessageEvent(event) &&
			event.message.media !== undefined &&
			choice.groups.includes(GROUP_OF_EVENT[event.event]),
	);
	if (wanted.length === 0) return files;

	const graph = await openGraph(context);
	const deadline = AbortSignal.timeout(choice.seconds * 1000);
	const late = new Promise<Outcome>((resolve) => {
		const reason = `The time limit of ${choice.seconds} s was over before it had arrived. ${LATER}`;
		deadline.addEventListener('abort', () => resolve({ reason }), { once: true });
	});

	const queue = wanted.values();
	const worker = async () => {
		for (const event of queue) {
			const media = event.message.media as Media;
			const outcome = choice.types.includes(event.message.type)
				? await Promise.race([late, fetchFile(context, graph, event, choice, deadline)])
				: { reason: `Files of type ${event.message.type} are not downloaded. ${LATER}` };
			if ('file' in outcome) files.set(event, outcome.file);
			else media.notDownloaded = outcome.reason;
		}
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, worker));
	return files;
}

/** Never throws. */
async function fetchFile(
	context: IWebhookFunctions,
	graph: Graph,
	{ message, phoneNumberId }: MessageEvent,
	{ maximumMegabytes }: MediaChoice,
	signal: AbortSignal,
): Promise<Outcome> {
	const { id, url, fileName, mimeType } = message.media as Media;
	if (id === undefined) return { reason: 'Meta gave no media ID to download it with.' };
	let content: Buffer | undefined;
	try {
		signal.throwIfAborted();
		const request = { phoneNumberId: phoneNumberId ?? undefined, signal };
		const remote = await downloadEventMedia(graph, { id, url }, request);
		content = await readAtMost(remote, maximumMegabytes * MEGABYTE);
	} catch (error) {
		return { reason: explain(error) };
	}
	if (content === undefined) {
		return { reason: `It is larger than ${maximumMegabytes} MB. ${LATER}` };
	}
	try {
		const file = await context.helpers.prepareBinaryData(content, fileName ?? id, mimeType);
		if (fileName === undefined && file.fileExtension) file.fileName = `${id}.${file.fileExtension}`;
		return { file };
	} catch (error) {
		return { reason: `n8n could not keep it: ${(error as Error).message}. ${LATER}` };
	}
}

/**
 * Reads a file that is small enough.
 *
 * @returns undefined for a larger one, of which one piece is read: n8n hangs up on a stream only once
 *   reading has begun
 */
async function readAtMost(
	{ stream, size = 0 }: RemoteFile,
	maximum: number,
): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (Math.max(length, size) > maximum) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function explain(error: unknown): string {
	if (!(error instanceof GraphApiError)) {
		const what = error instanceof Error ? error.message : String(error);
		return `The download broke off: ${what}. ${LATER}`;
	}
	if (error.graph.status === 404 || isNoSuchObject(error.graph)) {
		return 'Meta does not have it any more, or does not give it to the access token of the credential.';
	}
	return `${error.message}. ${error.graph.advice} ${LATER}`;
}
