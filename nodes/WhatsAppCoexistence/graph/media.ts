import { isAtMeta } from './address';
import type { Graph, GraphRequest, RemoteFile } from './client';
import { GraphApiError } from './errors';

/** A file on its way to Meta. */
export interface OutgoingFile {
	content: Buffer;
	fileName: string;
	/** Meta refuses a file whose content does not match it. */
	mimeType: string;
}

/**
 * What Meta says about a media file.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export interface MediaInfo {
	id: string;
	/** Where the file is for the next five minutes, for the holder of the token only. */
	url: string;
	mime_type: string;
	sha256: string;
	/** In bytes; Meta sends it either way. */
	file_size: number | string;
}

type MediaRequest = Pick<GraphRequest, 'itemIndex' | 'signal'> & {
	/** The number that the file was sent to, or from. Meta knows it under no other. */
	phoneNumberId?: string | undefined;
};

/** Hands a file to Meta, which keeps it for 30 days, and gives its media ID. */
export async function uploadMedia(
	graph: Graph,
	phoneNumberId: string,
	file: OutgoingFile,
	itemIndex?: number,
): Promise<string> {
	const form = new FormData();
	form.append('messaging_product', 'whatsapp');
	form.append('type', file.mimeType);
	form.append(
		'file',
		new Blob([new Uint8Array(file.content)], { type: file.mimeType }),
		file.fileName,
	);
	const { id } = await graph.call<{ id: string }>({
		method: 'POST',
		path: `/${phoneNumberId}/media`,
		form,
		repeatable: true,
		itemIndex,
	});
	return id;
}

/** Looks a media file up; the IDs in webhooks live for 7 days, those of uploads for 30. */
export async function getMedia(
	graph: Graph,
	mediaId: string,
	{ phoneNumberId, ...request }: MediaRequest = {},
): Promise<MediaInfo> {
	return await graph.call<MediaInfo>({
		method: 'GET',
		path: `/${mediaId}`,
		qs: phoneNumberId === undefined ? undefined : { phone_number_id: phoneNumberId },
		...request,
	});
}

/**
 * Opens a media file for reading. A URL that has expired in the meantime is fetched anew, once.
 *
 * @returns what Meta says about the file, and its bytes as they arrive
 */
export async function downloadMedia(
	graph: Graph,
	mediaId: string,
	request: MediaRequest = {},
): Promise<{ info: MediaInfo; file: RemoteFile }> {
	const open = async () => {
		const info = await getMedia(graph, mediaId, request);
		return { info, file: await openFile(graph, info.url, request) };
	};
	return await onceMoreIfGone(open(), open);
}

/**
 * Opens the media file of an event for reading, by the URL that came with it. Where that has expired,
 * or there is none, a URL is fetched by the ID, once.
 */
export async function downloadEventMedia(
	graph: Graph,
	{ id, url }: { id: string; url?: string | undefined },
	request: MediaRequest,
): Promise<RemoteFile> {
	const openById = async () => {
		const info = await getMedia(graph, id, request);
		return await openFile(graph, info.url, request);
	};
	if (url === undefined || !isAtMeta(url, graph.root)) return await openById();
	return await onceMoreIfGone(openFile(graph, url, request), openById);
}

async function openFile(graph: Graph, url: string, request: MediaRequest): Promise<RemoteFile> {
	const { itemIndex, signal } = request;
	return await graph.call<RemoteFile>({
		method: 'GET',
		path: url,
		stream: true,
		itemIndex,
		signal,
	});
}

async function onceMoreIfGone<T>(first: Promise<T>, again: () => Promise<T>): Promise<T> {
	return await first.catch(async (error: unknown) => {
		if (error instanceof GraphApiError && error.graph.status === 404) return await again();
		throw error;
	});
}

/** Removes a media file from Meta's servers. */
export async function deleteMedia(
	graph: Graph,
	mediaId: string,
	itemIndex?: number,
): Promise<void> {
	await graph.call({
		method: 'DELETE',
		path: `/${mediaId}`,
		itemIndex,
	});
}
