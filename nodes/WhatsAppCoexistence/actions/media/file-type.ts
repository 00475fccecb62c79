/** MIME types that say nothing: n8n and servers give them where they do not know better. */
const SAYS_NOTHING = new Set([
	'',
	'application/binary',
	'application/octet-stream',
	'application/x-download',
	'application/x-unknown',
	'binary/octet-stream',
]);

/**
 * The MIME type of a file of which `declared` says nothing, from its first bytes, else from the end of
 * its name.
 */
export function fileType(declared: string, fileName: string, content: Buffer): string {
	if (!isUnknownType(declared)) return declared;
	return typeOfContent(content) ?? typeOfName(fileName) ?? declared;
}

export function isUnknownType(mimeType: string): boolean {
	return SAYS_NOTHING.has(withoutParameters(mimeType));
}

/** `audio/ogg` of `Audio/OGG; codecs=opus`. */
export function withoutParameters(mimeType: string): string {
	const [bare = ''] = mimeType.split(';', 1);
	return bare.trim().toLowerCase();
}

/** What a file begins with, as Latin-1; of those that Meta takes. Office files are told by their name. */
const BEGINNINGS: ReadonlyArray<readonly [start: RegExp, mimeType: string]> = [
	[/^\x89PNG/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^RIFF[^]{4}WEBP/, 'image/webp'],
	[/^%PDF-/, 'application/pdf'],
	[/^[^]{4}ftypM4[AB]/, 'audio/mp4'],
	[/^[^]{4}ftyp3g/, 'video/3gpp'],
	[/^[^]{4}ftyp/, 'video/mp4'],
	[/^OggS/, 'audio/ogg'],
	[/^ID3|^\xff[\xf2\xf3\xfa\xfb]/, 'audio/mpeg'],
	[/^\xff[\xf0\xf1\xf8\xf9]/, 'audio/aac'],
	[/^#!AMR/, 'audio/amr'],
];

function typeOfContent(content: Buffer): string | undefined {
	const start = content.subarray(0, 16).toString('latin1');
	return BEGINNINGS.find(([beginning]) => beginning.test(start))?.[1];
}

/** By the end of the name, without the dot; of the types that Meta lists. */
const ENDINGS = new Map(
	Object.entries({
		'3gp': 'video/3gpp',
		aac: 'audio/aac',
		amr: 'audio/amr',
		csv: 'text/csv',
		doc: 'application/msword',
		docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
		jpeg: 'image/jpeg',
		jpg: 'image/jpeg',
		m4a: 'audio/mp4',
		mp3: 'audio/mpeg',
		mp4: 'video/mp4',
		ogg: 'audio/ogg',
		opus: 'audio/ogg',
		pdf: 'application/pdf',
		png: 'image/png',
		ppt: 'application/vnd.ms-powerpoint',
		pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
		txt: 'text/plain',
		webp: 'image/webp',
		xls: 'application/vnd.ms-excel',
		xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	}),
);

function typeOfName(fileName: string): string | undefined {
	return ENDINGS.get(/\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '');
}
