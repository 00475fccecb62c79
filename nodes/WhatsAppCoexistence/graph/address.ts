/** Domains of Meta that files come from. */
const FILE_HOSTS = ['facebook.com', 'fbcdn.net', 'fbsbx.com', 'whatsapp.net'];

/** A session of the resumable upload, as Meta names it: opaque, with its signature as a query. */
const UPLOAD_SESSION = /^\/upload:[\w+/=%:-]+(\?sig=[\w%-]+)?$/;

/** An object with or without one of its edges, a QR code, or one of the two calls that belong to no object. */
const PATH =
	/^\/(\d+(\/[a-z_]+)?|\d+\/message_qrdls\/[A-Za-z0-9]+|debug_token|oauth\/access_token)$/;

/**
 * Whether a path below the version is one of ours. IDs come from users, items and unauthenticated
 * pages, and a piece of a path in place of one would lead the token to another call.
 */
export function isGraphPath(path: string): boolean {
	return PATH.test(path) || isUploadSession(path);
}

export function isUploadSession(path: string): boolean {
	return UPLOAD_SESSION.test(path);
}

/** What stands where the ID of a path should be, to tell a person. */
export function idIn(path: string): string {
	return path.replace(/^\//, '').replace(/\/[a-z_]+$/, '');
}

/**
 * Whether a file is at Meta, or where the Graph API is. The token is shown to no other host, whatever
 * URL an answer or a webhook names.
 *
 * @param root where the Graph API is
 */
export function isAtMeta(url: string, root: string): boolean {
	if (!URL.canParse(url)) return false;
	const { protocol, hostname, origin } = new URL(url);
	if (origin === new URL(root).origin) return true;
	return protocol === 'https:' && FILE_HOSTS.some((domain) => hostname.endsWith(`.${domain}`));
}
