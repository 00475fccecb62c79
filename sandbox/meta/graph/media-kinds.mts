/** Supported media: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */

const MEGABYTE = 1024 * 1024;

const KINDS = {
	audio: {
		mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
		maxBytes: 16 * MEGABYTE,
	},
	image: { mimeTypes: ['image/jpeg', 'image/png'], maxBytes: 5 * MEGABYTE },
	video: { mimeTypes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MEGABYTE },
	sticker: { mimeTypes: ['image/webp'], maxBytes: 500 * 1024 },
} as const;

const DOCUMENT_MAX_BYTES = 100 * MEGABYTE;

export type MediaKind = keyof typeof KINDS | 'document';

/** Parameters after `;` do not count. Anything that is no audio, image, video or sticker is a document. */
export function kindOfMime(mimeType: string, { sticker = true } = {}): MediaKind {
	const bare = mimeType.replace(/;.*/s, '').trim().toLowerCase();
	for (const [kind, { mimeTypes }] of Object.entries(KINDS)) {
		if (kind === 'sticker' && !sticker) continue;
		if ((mimeTypes as readonly string[]).includes(bare)) return kind as MediaKind;
	}
	return 'document';
}

export function maxBytesOf(kind: MediaKind): number {
	return kind === 'document' ? DOCUMENT_MAX_BYTES : KINDS[kind].maxBytes;
}
